//! Settings as a JSON object that keeps their order and has each of them once.

use serde::Deserializer;
use serde::Serializer;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde_json::Value;
use std::fmt;

type Settings = Vec<(String, String)>;

pub fn serialize<S: Serializer>(settings: &Settings, to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(settings.iter().map(|(id, value)| (id, value)))
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Settings, D::Error> {
    from.deserialize_map(Object)
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Settings;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("settings such as { \"gain\": \"6.5\" }")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Settings, M::Error> {
        let mut settings = Settings::new();
        while let Some((id, value)) = map.next_entry::<String, Value>()? {
            let Value::String(value) = value else {
                return Err(M::Error::custom(format!(
                    "`{id}` takes text, such as \"6.5\", not {value}"
                )));
            };
            if settings.iter().any(|(known, _)| *known == id) {
                return Err(M::Error::custom(format!(
                    "`{id}` is there twice: remove one"
                )));
            }
            settings.push((id, value));
        }
        Ok(settings)
    }
}

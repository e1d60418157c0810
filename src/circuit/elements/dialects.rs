//! Parameters of other simulators' cards, which ngspice 39 warns of and ignores, and so do we.

/// They only rate the part or name its maker.
const RATINGS: [&str; 19] = [
    "vceo", "icrating", "mfg", "type", "vpk", "iave", "irms", "diss", "fv_max", "bv_max", "id_max",
    "te_max", "pd_max", "vbe_max", "vbc_max", "vce_max", "ic_max", "ib_max", "rth0",
];

/// Those of a VDMOS besides.
const VDMOS_RATINGS: [&str; 11] = [
    "vds", "ron", "qg", "vgs_max", "vgd_max", "vds_max", "vgsr_max", "vgdr_max", "idr_max",
    "rth_ext", "derating",
];

/// PSpice's temperatures, which any card may have.
const ANY: [&str; 4] = ["t_abs", "t_measured", "t_rel_global", "t_rel_local"];

/// PSpice's, then LTspice's ideal diode and soft recovery, then HSPICE's.
const DIODE: [&str; 19] = [
    "ibvl",
    "nbvl",
    "tbv1",
    "tbv2",
    "tikf",
    "ron",
    "roff",
    "vfwd",
    "vrev",
    "rrev",
    "ilimit",
    "revilimit",
    "epsilon",
    "revepsilon",
    "vp",
    "perim",
    "expli",
    "explir",
    "dcap",
];

/// LTspice's, then HSPICE's.
const BIPOLAR: [&str; 18] = [
    "bvcbo", "nbvcbo", "tbvcbo1", "tbvcbo2", "bvbe", "ibvbe", "nbvbe", "xcjc2", "xcjs", "bulk",
    "bvc", "bve", "cbcp", "cbep", "ccsp", "dlev", "expli", "nss",
];

/// PSpice's, then HSPICE's.
const JFET: [&str; 11] = [
    "isr", "n", "nr", "alpha", "vk", "m", "acm", "align", "capop", "hdif", "ng",
];

/// PSpice's, which also has the shorter channels' parameters on level 1; then HSPICE's.
const MOSFET: [&str; 29] = [
    "l", "w", "xj", "n", "rg", "rb", "rds", "jssw", "pbsw", "tt", "wd", "delta", "eta", "theta",
    "kappa", "vmax", "nfs", "neff", "ucrit", "uexp", "utra", "xqc", "nlev", "gdsnoi", "acm",
    "capop", "hdif", "xl", "xw",
];

/// LTspice's.
const VDMOS: [&str; 2] = ["subthres", "vp"];

/// Whether the parameter `key` on a card of this kind says nothing that a circuit follows.
pub fn is_rating(kind: &str, key: &str) -> bool {
    RATINGS.contains(&key) || (kind.starts_with("vdmos") && VDMOS_RATINGS.contains(&key))
}

/// Whether another simulator has the parameter `key` on a card of this kind, and ngspice hasn't.
pub fn is_foreign(kind: &str, key: &str) -> bool {
    let own: &[&str] = match kind {
        "d" => &DIODE,
        "npn" | "pnp" => &BIPOLAR,
        "njf" | "pjf" => &JFET,
        "nmos" | "pmos" => &MOSFET,
        _ => &VDMOS,
    };
    ANY.contains(&key) || own.contains(&key)
}

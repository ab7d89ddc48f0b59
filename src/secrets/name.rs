//! Names of secrets.

/// Parts of names whose values are secret, in small letters and without marks between words.
const PARTS: [&str; 19] = [
    "key",
    "secret",
    "passw",
    "passphrase",
    "passcode",
    "pwd",
    "psk",
    "token",
    "credential",
    "connectionstring",
    "connstr",
    "cookie",
    "jwt",
    "pfx",
    "signature",
    "certdata",
    "certificatedata",
    "authorization",
    "ciphertext",
];

/// Whole names whose values are secret.
const NAMES: [&str; 18] = [
    "bearer",
    "ca",
    "cert",
    "certificate",
    "dsn",
    "eap",
    "ntlm",
    "otp",
    "p12",
    "pass",
    "pem",
    "pin",
    "pkcs12",
    "plaintext",
    "sig",
    "tlsauth",
    "tlscrypt",
    "xauth",
];

/// True for the name of something secret.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let is_signature =
        plain.strip_prefix("sas").is_some_and(|rest| ["", "url", "uri", "definition"].contains(&rest));
    NAMES.contains(&plain.as_str())
        || is_signature
        || plain.ends_with("sas")
        || plain.ends_with("userpass")
        || PARTS.iter().any(|part| plain.contains(part))
}

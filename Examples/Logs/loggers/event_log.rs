use std::{fs::File, io, io::Write, path::Path, sync::Mutex};

/// A log for distcheck: one JSON object a line, from any thread.
pub struct EventLog(Mutex<File>);

impl EventLog {
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self(Mutex::new(File::create(path)?)))
    }

    /// Values are JSON: `log.write("Grant", &[("client", text("worker-1")), ("term", 3.to_string())])`.
    pub fn write(&self, event: &str, fields: &[(&str, String)]) -> io::Result<()> {
        let mut line = format!("{{\"event\":{}", text(event));
        for (name, value) in fields {
            line += &format!(",{}:{value}", text(name));
        }
        line += "}\n";
        self.0.lock().unwrap().write_all(line.as_bytes())
    }
}

/// A string as JSON; what is `None` is `"null".to_string()`.
pub fn text(value: &str) -> String {
    let mut json = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => json += &format!("\\u{:04x}", c as u32),
            c => json.push(c),
        }
    }
    json + "\""
}

//! Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet.

/// Rows of fields to a file's text; lines end in CRLF.
pub fn write(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut file = String::new();
    for row in rows {
        for (index, field) in row.iter().enumerate() {
            if index > 0 {
                file.push(',');
            }
            push_field(&mut file, field);
        }
        file.push_str("\r\n");
    }
    file
}

/// A spreadsheet runs a field that begins like a formula: foreign text gets an apostrophe before it.
fn push_field(file: &mut String, field: &str) {
    let formula = field
        .trim_start_matches([' ', '\u{a0}'])
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula || field.contains([',', '"', '\r', '\n']) {
        file.push('"');
        if formula {
            file.push('\'');
        }
        file.push_str(&field.replace('"', "\"\""));
        file.push('"');
    } else {
        file.push_str(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(fields: &[&str]) -> String {
        write([fields.iter().map(|&field| field.to_owned()).collect()])
    }

    #[test]
    fn quotes_what_needs_quoting() {
        assert_eq!(
            line(&["a", "b,c", "say \"hi\"", "x\ny", ""]),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"x\ny\",\r\n"
        );
    }

    #[test]
    fn disarms_what_a_spreadsheet_would_run() {
        assert_eq!(line(&["=1+1"]), "\"'=1+1\"\r\n");
        assert_eq!(line(&[" @SUM(A1)"]), "\"' @SUM(A1)\"\r\n");
        assert_eq!(line(&["-"]), "\"'-\"\r\n");
        assert_eq!(line(&["i-55qi"]), "i-55qi\r\n");
    }
}

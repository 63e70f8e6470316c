import LogFormats
import Testing

@testable import audit_query

@Suite struct MappingFileTests {
    private func fault(_ text: String) -> String? {
        do throws(MappingError) {
            _ = try MappingFile(path: "m.yaml", text: text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a mapping with all keys is read`() {
        let text = """
            name: shop
            format: csv
            time: { path: at, form: seconds, zone: UTC }
            id: id
            system: [a.b, c]
            user: 'x\\.y'
            resource: r
            action: a
            address: ip
            outcome: { path: s, success: 2*, failure: [4*, 5*], denied: "403" }
            skip: [{ path: t, is: [x, y] }]
            columns: [at, id]
            """
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        ("", "m.yaml: the file must be a mapping with format, name"),
        ("- a", "m.yaml:1: the file must be a mapping"),
        ("name: x", "m.yaml: time is missing: say which member is it"),
        ("time: {path: t}", "m.yaml: name is missing"),
        ("name: x\ntime: {path: t}\nusr: u", "m.yaml:3: the file has usr, and may have format"),
        ("name: x\ntime: {form: seconds}", "m.yaml:2: time has no path"),
        ("name: x\ntime: {path: t, form: noon}", "m.yaml:2: time.form must be one of rfc3339, seconds"),
        ("name: x\ntime: {path: t, zone: Mars/Base}", "m.yaml:2: time.zone --time-zone: Mars/Base"),
        ("name: x\ntime: {path: a..b}", "m.yaml:2: time.path must be names with dots"),
        ("name: x\ntime: {path: t}\nuser: {a: b}", "m.yaml:3: user must be a text"),
        ("name: x\ntime: {path: t}\noutcome: {success: a}", "m.yaml:3: outcome has no path"),
        ("name: x\ntime: {path: t}\nskip: {a: b}", "m.yaml:3: skip must be a list"),
        ("name: x\ntime: {path: t}\nskip: [{path: b}]", "m.yaml:3: skip needs path and is"),
        ("name: x\ntime: {path: t}\ncolumns: [a]", "m.yaml:3: columns is for format: csv alone"),
        ("a: [", "m.yaml: is not YAML"),
    ])
    func `what is wrong is said with its line and key`(text: String, message: String) {
        #expect(fault(text)?.hasPrefix(message) == true, "\(fault(text) ?? "nothing")")
    }
}

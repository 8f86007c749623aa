/// `report.html`: a report as one page that needs nothing but a browser.
///
/// [ReportPage] puts it together: the verdict ([Verdict]) as HTML, the numbers ([PageData]) as
/// JSON, styles and scripts from resources. `docs/design/report-page.md` says how.
package dev.halcyon.report;

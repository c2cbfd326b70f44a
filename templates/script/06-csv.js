// CSV of what is listed, with the columns and the spelling of the files beside the report.

// A spreadsheet would run a cell that begins so; the full-width forms as well.
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function csvCell(value) {
  if (value === null || value === undefined) return "";
  const cell = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

// A list's CSV out of its columns: their names, each with what it holds of a row.
const csvOf = (file, columns) => ({ file, header: Object.keys(columns), line: (row) => Object.values(columns).map((value) => value(row)) });

const csvText = (rows) => rows.map((row) => `${row.map(csvCell).join(",")}\n`).join("");

const download = (fileName, rows) => saveAs(fileName, csvText(rows), "text/csv");

function saveAs(fileName, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const anchor = link("", address);
  anchor.download = fileName;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

// A number that is kept as it was written: money is no floating-point matter.
class Amount {
  constructor(written) { this.written = written; }
  toString() { return this.written; }
}

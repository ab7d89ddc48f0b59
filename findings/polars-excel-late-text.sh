#!/bin/sh
# polars 2.1.0 with fastexcel 0.21.0, `read_excel`.
#
# The type of a column of a workbook is guessed from its first 1,000 rows. What comes later and does not fit is null from then on: a text in a
# column of numbers is gone, without an error, a warning or a count. `read_csv` of the same library ends with an error on the same rows, and so
# one would expect of fastexcel's `dtype_coercion="strict"`, which gives the same nulls. With `infer_schema_length=None` the column is text
# and nothing is lost.
#
# Seen, of the cell AS65010 below 1,199 numbers:
#   read_csv: ComputeError
#   read_excel: None, Int64 column with 1 null
#   fastexcel, strict: None
#   read_excel, infer_schema_length=None: AS65010
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet polars==2.1.0 fastexcel==0.21.0 xlsxwriter==3.3.1
cat >probe.py <<'PYTHON'
import fastexcel
import polars
import xlsxwriter

rows = [("name", "asn"), *((f"site{number}", 65000 + number) for number in range(1199)), ("last", "AS65010")]
with xlsxwriter.Workbook("sites.xlsx") as workbook:
    sheet = workbook.add_worksheet("sites")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
with open("sites.csv", "w", encoding="utf-8") as file:
    file.writelines(f"{name},{asn}\n" for name, asn in rows)

try:
    print("read_csv:", polars.read_csv("sites.csv")["asn"][-1])
except polars.exceptions.PolarsError as error:
    print("read_csv:", type(error).__name__)
column = polars.read_excel("sites.xlsx")["asn"]
print(f"read_excel: {column[-1]}, {column.dtype} column with {column.null_count()} null")
sheet = fastexcel.read_excel("sites.xlsx").load_sheet("sites", dtype_coercion="strict")
print("fastexcel, strict:", sheet.to_polars()["asn"][-1])
print("read_excel, infer_schema_length=None:", polars.read_excel("sites.xlsx", infer_schema_length=None)["asn"][-1])
PYTHON
venv/bin/python probe.py >seen
cat >expected <<'SEEN'
read_csv: ComputeError
read_excel: None, Int64 column with 1 null
fastexcel, strict: None
read_excel, infer_schema_length=None: AS65010
SEEN
diff expected seen

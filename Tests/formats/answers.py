#!/usr/bin/env python3
"""What reference_formats.py makes of files: one line for each event.

    answers.py DIRECTORY [--time-zone ZONE]

DIRECTORY has files named FORMAT__NAME. For each, a line `F FORMAT__NAME`, then a line for each event:
`R LINE RECORD`, `N LINE REASON` (refused), `S LINE` (skipped), `X LINE` (the reference itself fails on it), or `X 0`
(it fails on the rest of the file). Of a file named detect__NAME it prints the format that it takes it for, else the names
of those that it may be.
"""
import os
import sys

import reference_formats as reference

def main():
    directory = sys.argv[1]
    reference.OPTIONS.time_zone = sys.argv[3] if len(sys.argv) > 3 else None
    for name in sorted(os.listdir(directory)):
        print("F", name)
        form = name.split("__")[0]
        if form == "detect":
            with open(os.path.join(directory, name), "rb") as f:
                try:
                    print(reference.detect(f.read()))
                except reference.Refused as e:
                    print(str(e).split("(")[1].split(")")[0])
                except Exception as e:  # noqa: BLE001
                    print("X", repr(e))
            continue
        split, make = reference.FORMATS.get(form, (None, None))

        def careful(event):
            try:
                return make(event)
            except (reference.Refused, reference.Skipped):
                raise
            except Exception as e:  # noqa: BLE001
                raise reference.Skipped("\0" + repr(e))

        if split:
            reference.FORMATS[form] = (split, careful)
        try:
            for fmt, line, got in reference.load(form, os.path.join(directory, name)):
                if isinstance(got, reference.Refused):
                    print("N", line, repr(str(got)))
                elif isinstance(got, reference.Skipped):
                    print("X" if str(got).startswith("\0") else "S", line, repr(str(got)))
                else:
                    got = got.replace('"details":{"json": "', '"details":{"json":"')
                    print("R", line, got)
        except Exception as e:  # noqa: BLE001
            print("X", 0, repr(e))
        if split:
            reference.FORMATS[form] = (split, make)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")
    main()

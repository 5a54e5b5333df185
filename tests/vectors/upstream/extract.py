#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the vectors of this folder out of unpacked packages.

    extract.py go-multiaddr@v0.16.1 multiaddr-0.19.1 multibase-0.9.3 multiformats-0.3.1.post4 multiformats-config-0.3.1

README.md says which package each file is from. Values are taken as they stand; only the form becomes one that the tests
read: a line a value, with what another language's syntax put around it left out.
"""

import ast
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent

# The names that multibase's crate has for encodings, as the public table has them.
MULTIBASES = {
    "Base2": "base2", "Base8": "base8", "Base10": "base10", "Base16Lower": "base16", "Base16Upper": "base16upper",
    "Base32Lower": "base32", "Base32Upper": "base32upper", "Base32PadLower": "base32pad",
    "Base32PadUpper": "base32padupper", "Base32HexLower": "base32hex", "Base32HexUpper": "base32hexupper",
    "Base32HexPadLower": "base32hexpad", "Base32HexPadUpper": "base32hexpadupper", "Base32Z": "base32z",
    "Base36Lower": "base36", "Base36Upper": "base36upper", "Base45": "base45", "Base58Flickr": "base58flickr",
    "Base58Btc": "base58btc", "Base64": "base64", "Base64Pad": "base64pad", "Base64Url": "base64url",
    "Base64UrlPad": "base64urlpad", "Base256Emoji": "base256emoji",
}


def write(name, lines):
    text = "".join(line + "\n" for line in lines)
    pathlib.Path(HERE, name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(lines)} lines")


def body(text, start, end):
    return text.split(start, 1)[1].split(end, 1)[0]


def strings(text):
    """The string literals at the beginning of each line, unescaped."""
    return [ast.literal_eval(s) for s in re.findall(r'^\s*("(?:[^"\\]|\\.)*")', text, re.M)]


def go_protocols(text):
    codes = dict(re.findall(r"^\t(P_\w+)\s+= (\d+)", text, re.M))
    rows = []
    for block in re.findall(r"= Protocol\{(.*?)\n\t\}", text, re.S):
        fields = dict(re.findall(r"(\w+):\s+([^,]+),", block))
        size = fields.get("Size", "0")
        rows.append((int(codes[fields["Code"]]), "V" if size == "LengthPrefixedVarSize" else size, ast.literal_eval(fields["Name"])))
    return ["# code\tsize in bits\tname"] + [f"{code}\t{size}\t{name}" for code, size, name in sorted(rows)]


def rust_multiaddrs(text):
    """Text and the hex of its bytes, from the calls of ma_valid()."""
    success = re.sub(r"\\\n\s*", "", body(text, "fn construct_success()", "\n#[test]"))
    pairs = re.findall(r'ma_valid\(\s*"([^"]+)",\s*"([0-9A-F]+)"', success)
    return ["# text\tbytes"] + [f"{address}\t{data.lower()}" for address, data in pairs]


def go_multiaddr_bytes(text):
    pairs = re.findall(r'testString\("([^"]+)",\s*"([0-9a-f]+)"\)', body(text, "func TestStringToBytes", "\n}\n"))
    return [f"{address}\t{data}" for address, data in pairs]


def rust_multibases(text, function):
    """An encoding, what is encoded in hex, and the text."""
    part = body(text, f"fn {function}()", "\n}\n")
    value = ast.literal_eval("b" + re.search(r'let input = b("[^"]*")', part).group(1))
    rows = re.findall(r'\(\s*(\w+),\s*("(?:[^"\\]|\\.)*"),?\s*\)', part)
    return ["# encoding\tbytes\ttext"] + [
        f"{MULTIBASES[name]}\t{value.hex()}\t{ast.literal_eval(encoded)}" for name, encoded in rows if name in MULTIBASES]


def main(go_multiaddr, multiaddr, multibase, multiformats, multiformats_config):
    go_test = pathlib.Path(go_multiaddr, "multiaddr_test.go").read_text(encoding="utf-8")
    rust_test = pathlib.Path(multiaddr, "tests/lib.rs").read_text(encoding="utf-8")
    write("multiaddr-protocols.tsv", go_protocols(pathlib.Path(go_multiaddr, "protocols.go").read_text(encoding="utf-8")))
    write("multiaddr-valid.txt", strings(body(go_test, "var good = []string{", "\n}\n")))
    # The empty text is among them, but no line can say so; and one is computed.
    refused = strings(body(go_test, "func TestConstructFails", "\n\t}\n")) + [f"/memory/{1 << 63}1"]
    refused += strings(body(rust_test, "fn construct_fail()", "\n    ];"))
    write("multiaddr-invalid.txt", list(dict.fromkeys(line for line in refused if line)))
    write("multiaddr-bytes.tsv", rust_multiaddrs(rust_test) + go_multiaddr_bytes(go_test))

    bases = pathlib.Path(multibase, "tests/lib.rs").read_text(encoding="utf-8")
    for function, name in (
        ("test_basic", "basic"), ("preserves_leading_zero", "leading-zero"),
        ("preserves_two_leading_zeroes", "two-leading-zeros"), ("case_insensitivity", "case-insensitivity"),
    ):
        write(f"multibase-{name}.tsv", rust_multibases(bases, function))

    rows = pathlib.Path(multiformats, "test/multihash-test-str-vectors.csv").read_text(encoding="utf-8").splitlines()
    write("multihash.tsv", ["# " + rows[0].replace(",", "\t")] + [row.replace(",", "\t") for row in rows[1:]])

    table = pathlib.Path(multiformats_config, "multiformats_config/multicodec-table.csv").read_bytes().decode("latin-1")
    rows = [[field.strip() for field in line.split(",")] for line in table.splitlines()]
    write("multicodec-multiaddr.tsv", ["# name\tcode"] + [f"{row[0]}\t{int(row[2], 16)}" for row in rows if row[1:2] == ["multiaddr"]])


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Installs the build into a folder of its own and builds a program with it, by pkg-config alone.

Each installed header must compile alone, as C and as C++, without anything of the tree being seen.
"""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

BUILD = os.environ["MESON_BUILD_ROOT"]
SANITIZE = os.environ.get("KAD_SANITIZE", "none")
COMPILERS = {"c": ["gcc", "-std=c11"], "c++": ["g++", "-std=c++17"]}
STRICT = ["-Wall", "-Wextra", "-Werror"]

PROGRAM = """
#include <kad.h>
#include <stdio.h>

int
main (void)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KadNode) node = kad_node_new (config, &error);
  g_autofree char *peer = NULL;
  g_auto (GStrv) transports = kad_transport_loader_list ();

  if (node == NULL)
    return 1;
  peer = kad_peer_id_to_string (kad_node_get_peer_id (node));
  printf ("%s\\n", peer);
  for (guint i = 0; transports[i] != NULL; i++)
    printf ("transport %s\\n", transports[i]);
  return 0;
}
"""


class Installed:
    """The tree that `meson install` makes, seen through pkg-config."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder],
                       check=True, capture_output=True, text=True)
        (module,) = self.folder.rglob("kad-1.pc")
        # Its prefix is true where the folder is put in the end, and that is not here.
        self.prefix = self.find_prefix(module)
        lines = module.read_text().splitlines()
        module.write_text("\n".join(f"prefix={self.prefix}" if line.startswith("prefix=") else line for line in lines) + "\n")
        self.env = dict(os.environ, PKG_CONFIG_PATH=str(module.parent))

    @staticmethod
    def find_prefix(module):
        (line,) = [line for line in module.read_text().splitlines() if line.startswith("prefix=")]
        relative = line.removeprefix("prefix=").lstrip("/")
        for parent in module.parents:
            if str(parent).endswith(relative):
                return parent
        raise AssertionError(f"{module} is not below its prefix {relative}")

    def pkg_config(self, *arguments):
        done = subprocess.run(["pkg-config", *arguments, "kad-1"], env=self.env, check=True, capture_output=True, text=True)
        return shlex.split(done.stdout)

    def headers(self):
        return sorted((self.prefix / "include" / "kad-1").glob("*.h"))


def run(words, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, f"{shlex.join(map(str, words))}\n{done.stdout}{done.stderr}"
    return done.stdout


def headers_stand_alone(installed, language):
    flags = installed.pkg_config("--cflags")
    headers = installed.headers()
    assert len(headers) > 30, headers
    for header in headers:
        text = f"#include <{header.name}>\n#include <{header.name}>\n"
        run([*COMPILERS[language], *STRICT, "-x", language, "-fsyntax-only", "-", *flags], input=text)


def kad_h_has_all(installed):
    text = (installed.prefix / "include" / "kad-1" / "kad.h").read_text()
    for header in installed.headers():
        if header.name != "kad.h":
            assert f'#include "{header.name}"' in text, f"kad.h does not include {header.name}"


def variables_name_the_module_folders(installed):
    for variable, name in (("moduledir", "kad-1"), ("transportdir", "kad-1/transports"), ("commanddir", "kad-1/commands")):
        (value,) = installed.pkg_config(f"--variable={variable}")
        assert value.endswith("/" + name) and value.startswith(str(installed.prefix)), f"{variable} is {value}"
    (transports,) = installed.pkg_config("--variable=transportdir")
    assert list(pathlib.Path(transports).glob("*.so")), f"no module in {transports}"


def other_languages_find_it(installed):
    wanted = {"KAD_HAS_GIR": ("Kad-1.gir", "Kad-1.typelib"), "KAD_HAS_VAPI": ("kad-1.vapi", "kad-1.deps")}
    for variable, names in wanted.items():
        for name in names:
            there = list(installed.prefix.rglob(name))
            assert len(there) == (1 if os.environ.get(variable) else 0), f"{name}: {there}"


def inspector_is_there(installed):
    """All that a desktop looks for, or nothing of it."""
    wanted = [
        "bin/kad-inspector", "share/applications/org.libkad.Inspector.desktop", "share/metainfo/org.libkad.Inspector.metainfo.xml",
        "share/dbus-1/services/org.libkad.Inspector.service", "share/glib-2.0/schemas/org.libkad.Inspector.gschema.xml",
        "share/icons/hicolor/scalable/apps/org.libkad.Inspector.svg",
        "share/icons/hicolor/symbolic/apps/org.libkad.Inspector-symbolic.svg", "share/man/man1/kad-inspector.1",
    ]
    there = [name for name in wanted if (installed.prefix / name).is_file()]
    assert there == (wanted if os.environ.get("KAD_HAS_GUI") else []), sorted(set(wanted) - set(there))


def program_runs(installed):
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "program.c"), pathlib.Path(folder, "program")
        source.write_text(PROGRAM)
        flags = installed.pkg_config("--cflags", "--libs")
        more = [] if SANITIZE == "none" else [f"-fsanitize={SANITIZE}"]
        run([*COMPILERS["c"], *STRICT, "-o", program, source, *flags, *more])
        (libdir,) = installed.pkg_config("--variable=libdir")
        said = run([program], env=dict(os.environ, LD_LIBRARY_PATH=libdir))
        # The modules beside the library were found where they were installed.
        assert "transport tcp" in said, said


def main():
    with tempfile.TemporaryDirectory() as folder:
        installed = Installed(folder)
        tests = {
            "headers stand alone in C": lambda: headers_stand_alone(installed, "c"),
            "headers stand alone in C++": lambda: headers_stand_alone(installed, "c++"),
            "kad.h has all of them": lambda: kad_h_has_all(installed),
            "variables name the module folders": lambda: variables_name_the_module_folders(installed),
            "other languages find it": lambda: other_languages_find_it(installed),
            "the inspector is there": lambda: inspector_is_there(installed),
            "a program builds and runs": lambda: program_runs(installed),
        }
        print(f"1..{len(tests)}")
        failed = 0
        for number, (name, test) in enumerate(tests.items(), 1):
            try:
                test()
                print(f"ok {number} - {name}", flush=True)
            except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"not ok {number} - {name}\n# " + str(error).replace("\n", "\n# "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

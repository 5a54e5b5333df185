#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if base, wire or dht use a clock, a random source, a socket, a file, a main loop or the environment.

The protocol machines take time, randomness and bytes as arguments, so that the simulator can run them. What an object
file needs from outside stands in its undefined symbols: `check_symbols.py ARCHIVE...` looks through them.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# Whole names, as regular expressions.
FORBIDDEN = {
    "a clock": [
        r"time", r"clock", r"clock_gettime", r"clock_nanosleep", r"gettimeofday", r"timespec_get", r"ftime", r"times",
        r"localtime(_r)?", r"mktime", r"nanosleep", r"usleep", r"sleep", r"alarm", r"timer_.*", r"timerfd_.*",
        r"g_get_monotonic_time", r"g_get_real_time", r"g_get_current_time", r"g_usleep", r"g_timer_.*",
        r"g_date_time_new_now.*", r"g_date_time_new_local", r"g_date_time_new_from_unix_local.*",
        r"g_date_time_to_local", r"g_time_zone_new_local", r"gnutls_time_.*",
    ],
    "a random source": [
        r"randombytes.*", r"sodium_init", r"sodium_malloc", r"sodium_allocarray", r"crypto_.*_keygen",
        # Deterministic, and so allowed: crypto_sign_seed_keypair and its like.
        r"crypto_(?!.*_seed_keypair$).*_keypair", r"crypto_.*_random", r"crypto_pwhash.*_str(_alg)?",
        r"crypto_secretstream_.*_init_push", r"crypto_box_(curve25519.*_)?seal",
        r"gnutls_rnd.*", r"gnutls_.*_generate.*", r"gnutls_certificate_.*", r"gnutls_privkey_decrypt_.*",
        r"gnutls_pubkey_encrypt_.*",
        r"g_random_.*", r"g_rand_.*", r"g_uuid_string_random", r"rand(_r)?", r"s?random(_r)?", r"srand", r"[dlmnje]rand48",
        r"getrandom", r"getentropy", r"arc4random.*", r"RAND_.*", r"nettle_yarrow.*",
    ],
    "a socket": [
        r"socket(pair)?", r"bind", r"connect", r"listen", r"accept4?", r"send(to|msg|mmsg)?", r"recv(from|msg|mmsg)?",
        r"getaddrinfo", r"gethostby.*", r"getsockopt", r"setsockopt", r"getpeername", r"getsockname", r"shutdown",
        r"getifaddrs", r"res_.*", r"g_socket.*", r"g_resolver_.*", r"g_network_.*", r"g_tls_.*", r"g_inet_.*",
        r"g_tcp_.*", r"g_dbus_.*", r"g_bus_.*", r"gnutls_(init|handshake|record_.*|transport_.*|dtls_.*)",
    ],
    "a file": [
        r"f(d|re)?open(64)?", r"open(at)?(64)?", r"creat(64)?", r"p?read(v|v2)?(64)?", r"p?write(v|v2)?(64)?", r"close",
        r"fread", r"fwrite", r"fputs", r"fputc", r"puts", r"putchar", r"v?(f|d)?printf", r"perror", r"unlink(at)?",
        r"rename(at2?)?", r"mkdir(at)?", r"l?stat(64)?", r"fstat(at)?(64)?", r"f(data)?sync", r"mmap(64)?", r"opendir",
        r"mkstemp.*", r"tmpfile", r"stdin", r"stdout", r"stderr", r"pipe2?", r"eventfd", r"fcntl(64)?", r"ioctl",
        r"g_file_.*", r"g_fopen", r"g_open", r"g_creat", r"g_unlink", r"g_mkdir.*", r"g_rename", r"g_stat", r"g_dir_.*",
        r"g_input_stream_.*", r"g_output_stream_.*", r"g_io_stream_.*", r"g_io_channel_.*", r"g_key_file_load.*",
        r"g_mapped_file_.*", r"g_print(err)?", r"g_spawn_.*", r"g_subprocess_.*", r"gnutls_load_file",
        r"gnutls_.*_(import|export)_(file|url)", r"dlopen", r"g_module_.*", r"system", r"popen", r"fork", r"exec.*",
    ],
    "a main loop or thread": [
        r"g_main_.*", r"g_timeout_.*", r"g_idle_.*", r"g_source_.*", r"g_unix_fd_.*", r"g_unix_signal_.*",
        r"g_child_watch_.*", r"g_poll", r"p?poll", r"p?select", r"epoll_.*", r"g_task_.*", r"g_cancellable_.*",
        r"g_thread_.*", r"g_async_queue_.*", r"pthread_create", r"thrd_create", r"signal", r"sigaction",
    ],
    "the environment": [
        r"(secure_)?getenv", r"(un)?setenv", r"putenv", r"clearenv", r"environ", r"g_getenv", r"g_setenv", r"g_unsetenv",
        r"g_get_environ", r"g_listenv", r"g_get_(home|tmp|user_.*|system_.*|current)_dir.*", r"g_get_user_name",
        r"g_get_host_name", r"gethostname", r"uname", r"getp?pid", r"get(e)?[ug]id", r"getcwd",
    ],
}

PATTERNS = [(what, re.compile(f"(?:{'|'.join(names)})$")) for what, names in FORBIDDEN.items()]


def judge(symbol):
    """What a symbol gives access to that it must not, or None."""
    name = symbol.split("@")[0]
    # With _FORTIFY_SOURCE, read() is __read_chk(), and fopen() may be __fopen_2().
    name = re.sub(r"^__(.*?)(_chk|_2|_alias)$", r"\1", name)
    for what, pattern in PATTERNS:
        if pattern.match(name):
            return what
    return None


def undefined_symbols(archive):
    """Pairs of member and symbol, for each symbol that a member needs and the same archive does not define."""
    nm = os.environ.get("NM", "nm")
    run = lambda *arguments: subprocess.run([nm, *arguments, archive], check=True, capture_output=True, text=True).stdout
    defined = {line.split()[0] for line in run("--defined-only", "--format=posix").splitlines() if len(line.split()) > 1}
    member = "?"
    for line in run("--undefined-only", "--format=posix").splitlines():
        if line.endswith("]:"):
            member = line[line.rindex("[") + 1:-2]
        elif line.split() and line.split()[0] not in defined:
            yield member, line.split()[0]


def lint(archives):
    for archive in archives:
        for member, symbol in undefined_symbols(archive):
            what = judge(symbol)
            if what is not None:
                yield f"{pathlib.Path(archive).name}: {member} uses {symbol}, which is {what}"


def test_names():
    bad = """time clock_gettime g_get_monotonic_time g_get_real_time g_date_time_new_now_utc randombytes_buf randombytes_uniform
        crypto_sign_keypair crypto_box_keypair crypto_kx_keypair crypto_aead_chacha20poly1305_ietf_keygen sodium_init
        crypto_core_ed25519_random gnutls_rnd gnutls_privkey_generate2 gnutls_x509_privkey_generate g_random_int
        g_rand_new getrandom rand socket connect g_socket_new getaddrinfo open open64 fopen fopen64 read __read_chk
        write printf __printf_chk g_file_get_contents g_main_loop_run g_timeout_add g_idle_add epoll_wait g_thread_new
        getenv secure_getenv g_getenv environ stderr getpid time@GLIBC_2.2.5 gnutls_load_file""".split()
    good = """memcpy __memcpy_chk g_malloc crypto_sign_seed_keypair crypto_box_seed_keypair crypto_sign_detached crypto_hash_sha256
        crypto_stream_chacha20 crypto_scalarmult_curve25519_base gnutls_privkey_sign_data2 gnutls_pubkey_init
        g_date_time_new_from_unix_utc g_bytes_new secp256k1_context_create g_str_hash g_byte_array_append snprintf
        __snprintf_chk sscanf inet_pton kad_random_bytes kad_wall_time_to_rfc3339 kad_time_table
        g_output sodium_memzero g_log g_boxed_type_register_static log2 qsort""".split()
    failed = 0
    for name in bad:
        if judge(name) is None:
            failed += 1
            print(f"self-test: {name} passes", file=sys.stderr)
    for name in good:
        if judge(name) is not None:
            failed += 1
            print(f"self-test: {name} is refused as {judge(name)}", file=sys.stderr)
    return failed


def test_archive():
    """Compiles a good and a bad object, and looks through real archives of them."""
    compiler = next((name for name in (os.environ.get("CC", ""), "cc", "gcc", "clang") if name and shutil.which(name.split()[0])), None)
    if compiler is None:
        print("self-test: there is no C compiler", file=sys.stderr)
        return 1
    sources = {
        "good.c": "#include <string.h>\nint other (void); int good (const char *s) { return (int) strlen (s) + other (); }\n"
                  "int other (void) { return 1; }\n",
        "bad.c": "#include <time.h>\n#include <stdlib.h>\nlong bad (void) { return (long) time (NULL) + (getenv (\"X\") != NULL); }\n",
        "own.c": "int time_of (void); int own (void) { return time_of (); }\n",
    }
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sources.items():
            pathlib.Path(folder, name).write_text(text, encoding="utf-8")
            subprocess.run([*compiler.split(), "-c", "-o", f"{folder}/{name}.o", f"{folder}/{name}"], check=True)
        for members, thin, expected in ((["good.c"], "", 0), (["good.c", "bad.c"], "", 2), (["good.c", "bad.c"], "T", 2), (["own.c"], "", 0)):
            archive = f"{folder}/lib{'-'.join(members)}{thin}.a"
            subprocess.run(["ar", f"csrD{thin}", archive, *(f"{folder}/{name}.o" for name in members)], check=True)
            complaints = list(lint([archive]))
            if len(complaints) != expected:
                failed += 1
                print(f"self-test: {members}: {complaints}", file=sys.stderr)
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 1 if test_names() + test_archive() else 0
    if len(sys.argv) < 2:
        print("usage: check_symbols.py --self-test | ARCHIVE...", file=sys.stderr)
        return 2
    complaints = list(lint(sys.argv[1:]))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

# Read by scripts/dreamers and scripts/test: the environment that they run in, made on first use.
#
# The caller sets: root (the checkout), venv (where the environment lies), locks (names of the
# lock files that it holds, from the root) and task (what is being set up, for the messages).
# An environment is whole when its stamp is there: line 1 the checkout it was made for, line 2 the
# Python asked for, line 3 the locks it holds, line 4 a checksum of all it was made from.

stamp=$venv/stamp
guard=$venv.guard
log=$venv.log

fail() {
    printf '%s\n' "$1" >&2
    exit 69
}

# Runs at every start, so it starts no process: is the environment newer than its sources?
environment_is_ready() {
    find_bin
    stamp_is_ours && stamp_has_all || return 1
    for source in pyproject.toml $locks; do
        [ "$stamp" -nt "$root/$source" ] || return 1
    done
}

find_bin() {
    bin=$venv/bin
    [ ! -d "$venv/Scripts" ] || bin=$venv/Scripts # Windows
}

stamp_is_ours() {
    [ -f "$stamp" ] && [ -x "$bin/python" ] || return 1
    {
        IFS= read -r made_for && IFS= read -r made_with && IFS= read -r made_of
    } <"$stamp" || return 1
    [ "$made_for" = "$root" ] && [ "${PYTHON:-$made_with}" = "$made_with" ]
}

stamp_has_all() {
    case $made_of in "$locks" | "$locks "*) ;; *) return 1 ;; esac
}

# Sources that were touched, but say what they said before, ask for no work.
environment_is_current() {
    stamp_is_ours && stamp_has_all &&
        [ "$(sed -n 4p "$stamp")" = "$(checksum $made_of)" ] && touch "$stamp"
}

checksum() {
    (cd "$root" && cat pyproject.toml "$@" | cksum)
}

set_up() {
    take_guard
    trap 'rm -f "$guard"' EXIT
    trap 'exit 130' HUP INT TERM
    environment_is_ready || environment_is_current || build
    rm -f "$guard"
    trap - EXIT HUP INT TERM
}

# One set-up at a time: the guard is a file that only one process can create. It holds the
# number of that process, so that the guard of a killed set-up is known for what it is.
take_guard() {
    [ -w "$root" ] || [ -w "${venv%/*}" ] ||
        fail "Nothing may be written in ${venv%/*}, where $task would be set up: allow it, or copy the checkout elsewhere."
    rounds=0
    until (set -C && echo "$$" >"$guard") 2>/dev/null; do
        rounds=$((rounds + 1))
        [ "$rounds" -ne 3 ] || echo "Waiting for another start to finish setting up." >&2
        holder=
        IFS= read -r holder 2>/dev/null <"$guard" || [ "$rounds" -gt 5 ] || holder=$$
        kill -0 "${holder:-0}" 2>/dev/null && [ -n "$holder" ] || break_guard
        sleep 1
    done
}

# By renaming it first, so that of two starts only one can break it, and only the one it looked at.
break_guard() {
    mv "$guard" "$guard.$$" 2>/dev/null || return 0
    IFS= read -r broken <"$guard.$$"
    [ "$broken" = "$holder" ] || ln "$guard.$$" "$guard" 2>/dev/null
    rm -f "$guard.$$"
}

build() {
    if stamp_is_ours && "$bin/python" -c ''; then
        echo "Setting up $task again, as its needs have changed." >&2
    else
        # Where no fit Python is installed, and none is asked for, uv brings one.
        find_python || { [ -z "$PYTHON" ] && has_uv; } || fail_for_python
        echo "Setting up $task for the first time; this takes about a minute." >&2
        rm -rf "$venv"
    fi
    rm -f "$stamp"
    set -- --no-deps --require-hashes
    for lock in $locks; do
        set -- "$@" -r "$root/$lock"
    done
    if has_uv; then
        build_with_uv "$@"
    else
        build_with_pip "$@"
    fi >"$log" 2>&1 || fail_for "$log"
    { printf '%s\n' "$root" "${PYTHON:-any}" "$locks" && checksum $locks; } >"$stamp.new"
    mv "$stamp.new" "$stamp"
    rm -f "$log"
}

has_uv() {
    command -v uv >/dev/null 2>&1
}

build_with_uv() {
    [ -d "$venv" ] || uv venv --quiet --python "${python:->=3.11}" "$venv" || return
    find_bin
    uv pip install --quiet --compile-bytecode --python "$bin/python" "$@" &&
        uv pip install --quiet --python "$bin/python" --no-deps --no-build-isolation -e "$root"
}

# Debian has a Python whose venv module brings no pip, and one whose pip is enough: either will do.
build_with_pip() {
    if [ ! -d "$venv" ]; then
        "$python" -m venv --without-pip "$venv" || return
    fi
    find_bin
    pip_here --version || "$bin/python" -m ensurepip --default-pip || return
    pip_here install --quiet "$@" &&
        pip_here install --quiet --no-deps --no-build-isolation -e "$root"
}

# pip in the environment where it has one, else the one beside the Python it was made from
# (which takes --python from 22.3 on).
pip_here() {
    if [ -d "$bin" ] && "$bin/python" -c 'import pip' 2>/dev/null; then
        PIP_USER=0 "$bin/python" -m pip "$@"
    else
        base=$("$bin/python" -c 'import sys; print(sys._base_executable)') &&
            PIP_USER=0 "$base" -m pip --python "$bin/python" "$@"
    fi
}

# Sets python to one that is new enough, and found to what was seen on the way.
find_python() {
    found=
    if [ -n "$PYTHON" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11 python
    fi
    for python do
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
            continue
        [ "${version%%.*}" -ne 3 ] || [ "${version#*.}" -lt 11 ] || return 0
        found=${found:-"Python $version ($python)"}
    done
    python=
    return 1
}

fail_for_python() {
    fail "Python 3.11 or newer is needed for $task, and ${found:-none${PYTHON:+ at $PYTHON}} was found: install one, or name it with PYTHON=/path/to/python3."
}

fail_for() {
    reason=$(grep -i 'error' "$1" | tail -n 1 | sed 's/^ *[Ee][Rr][Rr][Oo][Rr]: *//')
    fail "Could not set up $task (${reason:-it did not say why}): see $1, mend that and start again."
}

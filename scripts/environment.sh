# shellcheck shell=sh
# shellcheck disable=SC2086 # The names in $locks and $made_of are words and hold no spaces.
# shellcheck disable=SC2154 # The caller sets root, venv, locks and task.
# shellcheck disable=SC3013 # The shells of all our systems know `-nt`, though POSIX does not ask it.
#
# Read by scripts/dreamers and scripts/test: the environment that they run in, made on first use.
#
# The caller sets: root (the checkout), venv (where the environment lies), locks (names of the
# lock files that it holds, from the root) and task (what is being set up, for the messages).
# An environment is whole when its stamp is there: line 1 the checkout it was made for, line 2 the
# Python asked for, line 3 the locks it holds, line 4 a checksum of all it was made from.
#
# All that a set-up writes is inside the folder $venv, and the mark is there first. A folder that
# has files and no mark belongs to somebody else: nothing is written or removed there.

case $venv in
    /* | [A-Za-z]:[/\\]*) ;;
    *) venv=$PWD/$venv ;;
esac
mark=$venv/dreamers-environment
stamp=$venv/stamp
guard=$venv/guard.$$
log=$venv/log

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
    claim_folder
    trap 'rm -f "$guard"' EXIT
    trap 'exit 130' HUP INT TERM
    take_guard
    environment_is_ready || environment_is_current || build
    rm -f "$guard"
    trap - EXIT HUP INT TERM
}

# Fails before anything is written if the folder may belong to somebody else. Another start may
# do the same at this moment, so each check holds whatever that one has done before it.
claim_folder() {
    [ -e "$venv" ] || [ -L "$venv" ] || mkdir -p "$venv" 2>/dev/null ||
        refuse "cannot be created" "allow it"
    [ -d "$venv" ] || refuse "is not a folder" "move it away"
    folder_is_ours || refuse "holds files that Dreamers did not put there" "move it away"
    has_mark || write_mark || has_mark || refuse "cannot be written to" "allow it"
    [ -w "$venv" ] || refuse "cannot be written to" "allow it"
}

# Emptiness comes first, for the mark is the first file in a folder of ours. The environments of
# earlier versions have no mark, but a stamp.
folder_is_ours() {
    [ -z "$(ls -A "$venv/" 2>&1)" ] || has_mark || stamp_is_ours
}

has_mark() {
    [ -f "$mark" ] && [ ! -L "$mark" ]
}

write_mark() {
    (
        set -C
        echo "Made by Dreamers, which may remove the environment in this folder at any time." >"$mark"
    ) 2>/dev/null
}

# refuse PROBLEM REMEDY: the remedy is for the usual place, which nobody has chosen.
refuse() {
    better="a folder that is empty or does not exist yet"
    if [ -n "$DREAMERS_VENV" ]; then
        fail "DREAMERS_VENV=$DREAMERS_VENV $1: set it to $better."
    else
        fail "$venv $1: $2, or set DREAMERS_VENV to $better."
    fi
}

# One set-up at a time. Each start puts a file there that is named after its process, and only then
# looks for others: of two starts, the later one to look is sure to see the other. It goes on when
# it sees none. Otherwise the one with the higher number takes its file back until it looks again.
take_guard() {
    waits=0
    while :; do
        [ -e "$guard" ] || (set -C && echo >"$guard") 2>/dev/null ||
            refuse "cannot be written to" "allow it"
        find_other_start
        [ -n "$other" ] || return 0
        [ "$other" -gt "$$" ] || rm -f "$guard"
        waits=$((waits + 1))
        [ "$waits" -ne 3 ] ||
            echo "Waiting for another start (process $other) to finish setting up; if that is something else, remove $venv/guard.$other." >&2
        sleep 1
    done
}

# Sets other to the lowest number among the other starts, and removes what killed ones have left.
find_other_start() {
    other=
    for file in "$venv"/guard.*; do
        number=${file##*.}
        case $number in "$$" | *[!0-9]*) continue ;; esac
        if ! kill -0 "$number" 2>/dev/null; then
            rm -f "$file"
        elif [ -z "$other" ] || [ "$number" -lt "$other" ]; then
            other=$number
        fi
    done
}

build() {
    if stamp_is_ours && "$bin/python" -c ''; then
        echo "Setting up $task again, as its needs have changed." >&2
    else
        # Where no fit Python is installed, and none is asked for, uv brings one.
        find_python || { [ -z "$PYTHON" ] && has_uv; } || fail_for_python
        echo "Setting up $task for the first time; this takes about a minute." >&2
        remove_environment
    fi
    rm -f "$stamp" "$stamp.new" "$log"
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

# Removes what an environment is made of, and nothing that somebody may have put beside it.
remove_environment() {
    rm -f "$stamp"
    for part in bin etc include lib lib64 man pyvenv.cfg share Include Lib Scripts; do
        rm -rf "${venv:?}/$part"
    done
}

has_uv() {
    command -v uv >/dev/null 2>&1
}

build_with_uv() {
    [ -f "$venv/pyvenv.cfg" ] || UV_VENV_CLEAR=0 \
        uv venv --quiet --allow-existing --python "${python:->=3.11}" "$venv" || return
    find_bin
    uv pip install --quiet --compile-bytecode --python "$bin/python" "$@" &&
        uv pip install --quiet --python "$bin/python" --no-deps --no-build-isolation -e "$root"
}

# Debian has a Python whose venv module brings no pip, and one whose pip is enough: either will do.
build_with_pip() {
    if [ ! -f "$venv/pyvenv.cfg" ]; then
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
    if network_failed "$1"; then
        fail "Could not download what $task needs: connect to the internet, or set HTTPS_PROXY if you use a proxy, and start again (details are in $1)."
    fi
    reason=$(grep -i 'error' "$1" | tail -n 1 | sed 's/^ *\([Ee][Rr][Rr][Oo][Rr]\|cause\): *//')
    fail "Could not set up $task (${reason:-it did not say why}): see $1, fix that and start again."
}

# A download that succeeds in the end leaves pip's warnings in the log, and may fail for another
# reason; one that fails in the end makes pip believe that there is no such package.
network_failed() {
    words="failed to lookup|name resolution|network is unreachable|(failed|unable) to connect"
    words="$words|error sending request|connect error|max retries exceeded|timed out"
    words="$words|failed to establish a new connection|connection (aborted|refused|reset)"
    grep -v '^WARNING' "$1" | grep -Eiq "$words" ||
        { grep -q '^ERROR: No matching distribution' "$1" && grep -q 'connection broken' "$1"; }
}

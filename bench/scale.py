"""Measures Halfsky at a size: see bench/scale.sh."""

import contextlib
import datetime
import glob
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
HALFSKY = os.path.abspath(os.environ["HALFSKY"])
ROWS = [int(rows) for rows in os.environ.get("ROWS", "100000 1000000").split()]
USERS = int(os.environ.get("USERS", "200"))
EACH = int(os.environ.get("SECONDS_EACH", "60"))
PASSWORD = "tea house by the river"
# how long somebody looks at a page before the next one, in seconds
THINKING = 5
# what is generated: the rows decide about the number of regions; an indicator has about so many figures a year
INDICATORS, YEARS, COLUMNS = 100, 10, 4.45


class Table:
    """What was measured, one line each."""

    def __init__(self):
        self.lines = []

    def add(self, what, size, value, unit):
        load = os.getloadavg()[0]
        self.lines.append((what, str(size), f"{value:.3f}".rstrip("0").rstrip("."), unit, f"{load:.1f}"))
        print("\t".join(self.lines[-1]), flush=True)

    def keep(self):
        path = os.path.join(HERE, "scale-history.tsv")
        new = not os.path.exists(path)
        today = datetime.date.today().isoformat()
        with open(path, "a", encoding="utf-8") as file:
            if new:
                file.write("date\twhat\tsize\tvalue\tunit\tload\n")
            file.writelines("\t".join((today, *line)) + "\n" for line in self.lines)
        widths = [max((len(line[at]) for line in self.lines), default=0) for at in range(5)]
        print()
        for line in self.lines:
            print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)))


def run(words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def postgres_binaries():
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    if folders:
        return folders[-1]
    return os.path.dirname(shutil.which("postgres") or sys.exit("PostgreSQL is not installed"))


class Postgres:
    """A server of its own, with the settings of a small real one: what is committed is on disk."""

    def __init__(self, folder):
        self.bin, self.folder = postgres_binaries(), folder
        self.data = os.path.join(folder, "pg")
        os.makedirs(self.data, exist_ok=True)
        self.user = {}
        if os.getuid() == 0:
            entry = pwd.getpwnam("postgres")
            self.user = {"user": entry.pw_uid, "group": entry.pw_gid}
            os.chmod(folder, 0o755)
            os.chown(self.data, entry.pw_uid, entry.pw_gid)
        cluster = os.path.join(self.data, "cluster")
        if not os.path.exists(cluster):
            run([f"{self.bin}/initdb", "-A", "trust", "-U", "halfsky", "-E", "UTF8", "--locale=C", "-D", cluster],
                cwd=self.data, **self.user)
        settings = {
            "listen_addresses": "", "unix_socket_directories": self.data, "shared_buffers": "1GB",
            "max_wal_size": "4GB", "max_connections": "200", "work_mem": "16MB",
        }
        words = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        log = open(os.path.join(folder, "postgres.log"), "w", encoding="utf-8")
        self.server = subprocess.Popen([f"{self.bin}/postgres", "-D", cluster, *words],
                                       cwd=self.data, stdout=log, stderr=log, **self.user)
        for _ in range(200):
            ready = subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", self.data, "-U", "halfsky"], check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.1)
        sys.exit("PostgreSQL did not start")

    def url(self, name):
        return f"postgres://halfsky@localhost/{name}?host={self.data}"

    def psql(self, name, sql, *options):
        return run([f"{self.bin}/psql", "-X", "-q", "-A", "-t", "-h", self.data, "-U", "halfsky", "-d", name,
                    *options], input=sql)

    def create(self, name):
        self.psql("postgres", f"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'")

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait()


@contextlib.contextmanager
def place():
    """A folder and a PostgreSQL server in it, gone in the end unless PLACE names a folder to keep."""
    kept = os.environ.get("PLACE")
    folder = kept or tempfile.mkdtemp(prefix="halfsky-scale-")
    server = Postgres(folder)
    try:
        yield folder, server
    finally:
        server.stop()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def country(server, folder, rows, table):
    """A database with about so many published figures; its name and how many there are."""
    name = f"country{rows}"
    words = ["--dir", os.path.join(folder, name), "--database", server.url(name)]
    whole = os.path.join(folder, f"{name}.made")
    if not server.psql("postgres", f"select 1 from pg_database where datname = '{name}'").strip():
        server.create(name)
    run([HALFSKY, "migrate", *words])
    if not os.path.exists(whole):
        regions = max(2, round(rows / (INDICATORS * YEARS * COLUMNS)))
        begun = time.monotonic()
        run([HALFSKY, "generate", "--regions", str(regions), "--indicators", str(INDICATORS), "--years", str(YEARS),
             "--seed", "1", *words])
        took = time.monotonic() - begun
        server.psql(name, "vacuum analyze")
        made = int(server.psql(name, "select count(*) from edition_figure"))
        table.add("generate", made, made / took, "rows/s")
        with open(whole, "w", encoding="utf-8") as file:
            file.write(f"{made}\n")
    return name, int(server.psql(name, "select count(*) from edition_figure"))


ONE = """select f.ref_area, f.edition_period, f.edition_number, f.indicator, f.period, f.sex, f.residence, f.age,
f.group_code, f.source, f.figure, f.missing, f.missing_note, f.missing_owner, f.substitute, f.definition_version,
f.status, f.confidentiality, f.unit_mult, f.explanation from edition_figure f where f.ref_area = '{0}' and
f.indicator = '{1}' and f.edition_number = (select max(e.number) from edition e where e.ref_area = f.ref_area
and e.period = f.edition_period) order by f.ref_area, f.indicator, f.period, f.sex, f.residence, f.age,
f.group_code, f.source, f.edition_period, f.edition_number"""
ALL = """select f.ref_area, f.figure, f.missing, f.definition_version, f.status, f.confidentiality, f.edition_period,
f.edition_number from edition_figure f where f.indicator = '{1}' and f.period = '{2}' and f.sex = '_T' and
f.residence = '_T' and f.age = '_T' and f.group_code = '_T' and f.edition_number = (select max(e.number) from edition e
where e.ref_area = f.ref_area and e.period = f.edition_period) order by f.ref_area, f.source"""


def questions(server, name, most=40):
    """Regions, indicators and periods spread over the country."""
    sql = f"""select ref_area || ' ' || indicator || ' ' || period from edition_figure
        where sex = '_T' and residence = '_T' and age = '_T' and group_code = '_T' and figure is not null
        order by md5(ref_area || indicator || period) limit {most}"""
    return [line.split() for line in server.psql(name, sql).split("\n") if line]


def percentile(times, percent):
    return sorted(times)[max(0, -(-len(times) * percent // 100) - 1)]


def queries(table, folder, server):
    """One indicator of a region, and one figure in every region: through Halfsky, psql and DuckDB."""
    import duckdb

    for rows in ROWS:
        name, made = country(server, folder, rows, table)
        asked = questions(server, name)
        listed = os.path.join(folder, "asked")
        with open(listed, "w", encoding="utf-8") as file:
            file.writelines(" ".join(words) + "\n" for words in asked)
        surroundings = os.environ | {"QUERIES_ASKED": listed, "QUERIES_DATABASE": server.url(name),
                                     "QUERIES_DIR": os.path.join(folder, name)}
        told = run(["cargo", "bench", "--workspace", "--locked", "--bench", "queries"], env=surroundings)
        for what, p50, p95, found in re.findall(r"^(\w+) p50 ([\d.]+) p95 ([\d.]+) rows (\d+)", told, re.M):
            table.add(f"{what} halfsky p50 ({found} rows)", made, float(p50), "ms")
            table.add(f"{what} halfsky p95", made, float(p95), "ms")
        for what, sql in (("indicator", ONE), ("comparison", ALL)):
            script = "\\timing on\n" + "".join(sql.format(*words).replace("\n", " ") + ";\n" for words in asked * 5)
            answer = server.psql(name, script, "-o", "/dev/null")
            times = [float(t) for t in re.findall(r"^Time: ([\d.]+) ms", answer, re.M)]
            table.add(f"{what} psql p50", made, percentile(times, 50), "ms")
            table.add(f"{what} psql p95", made, percentile(times, 95), "ms")
        exported = {}
        for part in ("edition_figure", "edition"):
            exported[part] = os.path.join(folder, f"{part}.csv")
            with open(exported[part], "w", encoding="utf-8") as file:
                words = [f"{server.bin}/psql", "-X", "-q", "-h", server.data, "-U", "halfsky", "-d", name, "-c",
                         f"copy {part} to stdout (format csv, header)"]
                subprocess.run(words, stdout=file, check=True)
        duck = duckdb.connect()
        duck.execute("set threads to 2")
        for part, path in exported.items():
            duck.execute(f"create table {part} as select * from read_csv('{path}', all_varchar=true)")
            os.remove(path)
        for what, sql in (("indicator", ONE), ("comparison", ALL)):
            times = []
            for words in asked:
                begun = time.perf_counter()
                duck.execute(sql.format(*words)).fetchall()
                times.append((time.perf_counter() - begun) * 1e3)
            table.add(f"{what} DuckDB p50", made, percentile(times, 50), "ms")
            table.add(f"{what} DuckDB p95", made, percentile(times, 95), "ms")
        duck.close()
        size = int(server.psql(name, f"select pg_database_size('{name}')"))
        table.add("database", made, size / 1e6, "MB")


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Server:
    """A running Halfsky."""

    def __init__(self, folder, words):
        self.port = free_port()
        log = open(os.path.join(folder, "halfsky.log"), "a", encoding="utf-8")
        # the daily backup would begin at once and be measured with the pages
        config = os.path.join(folder, "halfsky.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("backup_hour = 'never'\n")
        self.begun = time.monotonic()
        self.process = subprocess.Popen([HALFSKY, "serve", "--config", config, "--listen", f"127.0.0.1:{self.port}", *words],
                                        stdout=log, stderr=log)
        while True:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"the server has ended, see {log.name}")
            time.sleep(0.005)
        self.started = time.monotonic() - self.begun

    def ask(self, method, path, cookie="", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer, answer.read()

    def cookie(self, answer, name):
        for value in answer.headers.get_all("set-cookie") or []:
            if value.startswith(f"{name}="):
                return value.split(";")[0]
        return ""

    def invited(self, link):
        """Chooses a password with a link of an invitation."""
        path = urllib.parse.urlparse(link).path
        status, answer, page = self.ask("GET", path)
        cookie = self.cookie(answer, "halfsky_token")
        token = re.search(rb'name="token" value="([^"]+)"', page).group(1).decode()
        form = urllib.parse.urlencode({"token": token, "new": PASSWORD, "again": PASSWORD})
        status, answer, page = self.ask("POST", path, cookie, form)
        if status != 303:
            sys.exit(f"the invitation was refused: {status} {page.decode()}")

    def sign_in(self, login):
        _, answer, page = self.ask("GET", "/login")
        cookie = self.cookie(answer, "halfsky_token")
        token = re.search(rb'name="token" value="([^"]+)"', page).group(1).decode()
        form = urllib.parse.urlencode({"token": token, "login": login, "password": PASSWORD, "next": "/"})
        status, answer, page = self.ask("POST", "/login", cookie, form)
        session = self.cookie(answer, "halfsky_session")
        if status != 303 or not session:
            sys.exit(f"signing in was refused: {status} {page.decode()}")
        return session

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


LUA = """
local sessions = {%s}
local at = %d
local pause = %d
request = function()
  at = at + 1
  local headers = { ["Cookie"] = sessions[at %% #sessions + 1], ["Accept-Encoding"] = "gzip, deflate, br" }
  return wrk.format("GET", nil, headers)
end
local first = true
function delay() return pause == 0 and 0 or math.random(0, 2 * pause) end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("told %%d %%d %%d %%d %%d %%f %%f %%f\\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write, errors.status, errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
"""


def crowd(url, sessions, pause, folder):
    """Lets users open a page for a while: requests per second, errors, p50, p95, p99 in ms."""
    script = os.path.join(folder, "crowd.lua")
    with open(script, "w", encoding="utf-8") as file:
        listed = ", ".join(f'"{session}"' for session in sessions)
        text = LUA % (listed, 0, pause * 1000)
        file.write(text if pause else text.replace("function delay()", "local function nothing()"))
    told = run(["wrk", "-t", "2", "-c", str(USERS), "-d", f"{EACH}s", "--timeout", "30s", "-s", script, url])
    words = re.search(r"^told (.*)$", told, re.M).group(1).split()
    count, micros, broken, refused, late = (int(word) for word in words[:5])
    return count / (micros / 1e6), broken + refused + late, [float(word) for word in words[5:]]


def pages(table, folder, server):
    """The overview and an indicator page under a crowd, beside nginx with the same bytes."""
    for rows in ROWS:
        name, made = country(server, folder, rows, table)
        words = ["--dir", os.path.join(folder, name), "--database", server.url(name)]
        asked = questions(server, name)
        area = asked[0][0]
        # another account in every run: the country may be kept
        user = f"bench{time.time_ns()}"
        login = run([HALFSKY, "account", "create", "--login", user, "--name", "测量", "--role",
                     "committee_office", "--ref-area", area, *words])
        halfsky = Server(folder, words)
        halfsky.invited(re.search(r"http\S+/invitations/\S+", login).group(0))
        sessions = [halfsky.sign_in(user) for _ in range(min(USERS, 50))]
        # reported items have no page of their own
        codes = dict.fromkeys(code for _, code, _ in asked)
        code = next(code for code in codes if halfsky.ask("GET", f"/data/{area}/{code}", sessions[0])[0] == 200)
        for what, path in (("overview", "/"), ("indicator page", f"/data/{area}/{code}")):
            status, answer, body = halfsky.ask("GET", path, sessions[0])
            if status != 200:
                sys.exit(f"{path}: {status}")
            table.add(f"{what} size", made, len(body) / 1e3, "kB")
            url = f"http://127.0.0.1:{halfsky.port}{path}"
            for how, pause in (("thinking", THINKING), ("without a pause", 0)):
                rate, errors, times = crowd(url, sessions, pause, folder)
                told = f"{what}, {USERS} users {how}"
                table.add(f"{told}: requests", made, rate, "/s")
                table.add(f"{told}: errors", made, errors, "")
                for percent, milliseconds in zip((50, 95, 99), times, strict=True):
                    table.add(f"{told}: p{percent}", made, milliseconds, "ms")
            rate, errors, times = static(body, folder)
            table.add(f"{what}, nginx with the same bytes: requests", made, rate, "/s")
            table.add(f"{what}, nginx with the same bytes: p95", made, times[1], "ms")
        table.add("server memory at most", made, halfsky.memory(), "MB")
        halfsky.stop()


def static(body, folder):
    """The same bytes from nginx, packed in advance as the pages are on their way."""
    web = os.path.join(folder, "static")
    os.makedirs(web, exist_ok=True)
    os.chmod(folder, 0o755)
    with open(os.path.join(web, "page.html"), "wb") as file:
        file.write(body)
    run(["gzip", "-9", "-k", "-f", os.path.join(web, "page.html")])
    port = free_port()
    config = os.path.join(folder, "nginx.conf")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"""pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 2;
events {{ worker_connections 1024; }}
http {{ access_log off; types {{ text/html html; }} gzip_static on;
server {{ listen 127.0.0.1:{port}; root {web}; }} }}""")
    nginx = subprocess.Popen(["nginx", "-c", config, "-p", folder, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    try:
        return crowd(f"http://127.0.0.1:{port}/page.html", ["a=b"], 0, folder)
    finally:
        nginx.terminate()
        nginx.wait()


def storm(table, folder, server):
    """Many units report at once."""
    regions = int(os.environ.get("STORM_REGIONS", "100"))
    for database in ("PostgreSQL", "SQLite"):
        surroundings = os.environ | {"STORM_REGIONS": str(regions)}
        if database == "PostgreSQL":
            server.create("storm")
            surroundings["STORM_DATABASE"] = server.url("storm")
        told = run(["cargo", "bench", "--workspace", "--locked", "--bench", "storm"], env=surroundings)
        size = re.search(r"^storm.reports (\d+)", told, re.M).group(1)
        units = {"seconds": "s", "reports_per_second": "/s", "requests_per_second": "/s", "p50_ms": "ms",
                 "p95_ms": "ms", "p99_ms": "ms", "turned_away": "", "broken": "", "server_memory_mb": "MB",
                 "country_minutes": "min"}
        for what, value in re.findall(r"^storm\.(\w+) ([\d.]+)$", told, re.M):
            if what in units:
                table.add(f"storm on {database}: {what}", size, float(value), units[what])


def start(table, folder, server):
    """From nothing to the first answer; the size of the program."""
    table.add("program", "", os.stat(HALFSKY).st_size / 1e6, "MB")
    for rows in ROWS:
        name, made = country(server, folder, rows, table)
        words = ["--dir", os.path.join(folder, name), "--database", server.url(name)]
        times, memory = [], 0
        for _ in range(5):
            halfsky = Server(folder, words)
            times.append(halfsky.started)
            memory = halfsky.memory()
            halfsky.stop()
        table.add("cold start", made, percentile(times, 50) * 1e3, "ms")
        table.add("memory after the start", made, memory, "MB")


def made(table, folder, server):
    """The countries alone: for a PLACE that is kept."""
    for rows in ROWS:
        country(server, folder, rows, table)


def criterion(bench, table):
    """Runs a bench and takes the means that it left behind."""
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    begun = time.time()
    run(["cargo", "bench", "--workspace", "--locked", "--bench", bench])
    for path in sorted(glob.glob(f"{target}/criterion/**/new/estimates.json", recursive=True)):
        if os.stat(path).st_mtime < begun:
            continue
        with open(path, encoding="utf-8") as file:
            mean = json.load(file)["mean"]["point_estimate"] / 1e6
        what = os.path.relpath(os.path.dirname(os.path.dirname(path)), f"{target}/criterion")
        table.add(f"{bench}: {what}", "", mean, "ms")


def imports(table, _folder, _server):
    """Figures of earlier years with every check, beside the bare insert of the same rows."""
    told = run(["cargo", "bench", "--workspace", "--locked", "--bench", "import"])
    size = ""
    for line in told.split("\n"):
        head = re.match(r"observations: (\d+) lines", line)
        size = head.group(1) if head else size
        found = re.match(r"(\w+) +read +([\d.]+) s, check +([\d.]+) s \+ save +([\d.]+) s +(.+?) +([\d.]+) s +"
                         r"speed of it: (\d+) % \(saving alone (\d+) %, with reading (\d+) %\)", line)
        if not found:
            # entry forms tell a ratio alone
            if "ratio" in line:
                print(line)
            continue
        database, read, check, save, bare, alone, *speeds = found.groups()
        for what, seconds in (("read", read), ("check", check), ("save", save), (bare, alone)):
            table.add(f"import on {database}: {what}", size, float(seconds), "s")
        for what, speed in zip(("check and save", "save", "with reading"), speeds, strict=True):
            table.add(f"import on {database}: speed of {bare}, {what}", size, float(speed), "%")


def evaluation(_table, _folder, _server):
    """Halfsky and numpy judge the same nation; keeps a history of its own."""
    print(run(["sh", os.path.join(HERE, "run.sh")]))


PARTS = {
    "countries": made,
    "queries": queries,
    "pages": pages,
    "storm": storm,
    "start": start,
    "import": imports,
    "reports": lambda table, *_: criterion("documents", table),
    "evaluation": evaluation,
}


def main():
    asked = sys.argv[1:] or list(PARTS)
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        sys.exit(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    table = Table()
    with place() as (folder, server):
        for part in asked:
            PARTS[part](table, folder, server)
    table.keep()


main()

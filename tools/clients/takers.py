"""The clients: each takes what `client-config` writes for it, once, once more, and back again."""

import ipaddress
import os
import re
import shlex
import subprocess
import xml.etree.ElementTree

from world import CLIENT, SERVER, SERVER6, judge, networks, run, wait


def families(prefixes):
    return [net for net in prefixes if net.version == 4], [net for net in prefixes if net.version == 6]


def same(what, one, other):
    if one != other:
        gone, new = sorted(set(one) - set(other))[:5], sorted(set(other) - set(one))[:5]
        raise AssertionError(f"{what}: gone are {gone}, new are {new}")


def iproute2(world, case):
    """`bash`: the script in a shell of Debian, which is dash, with iproute2."""
    within = lambda *words, **more: world.within(world.client, *words, **more)
    within("ip", "tuntap", "add", "tun0", "mode", "tun")
    try:
        within("ip", "link", "set", "tun0", "up")
        for net in case.pool:
            within("ip", "addr", "add", f"{net.network_address + 5}/{net.prefixlen}", "dev", "tun0", *(["nodad"] if net.version == 6 else []))
        for net in case.held:
            within("ip", f"-{net.version}", "route", "add", net, "dev", "tun0", check=False)
        # One of the routes is there already, and whoever put it there keeps it.
        there = case.missing[len(case.missing) // 2]
        within("ip", f"-{there.version}", "route", "add", there, "dev", "tun0")
        script = world.folder / "routes.sh"
        script.write_text(case.written("bash"))
        before = world.table()
        within("sh", script)
        asked = judge(world, "tun0", case.whole, case.pool)
        after = world.table()
        within("sh", script, "tun0")
        same("a second time", after, world.table())
        within("sh", script, "--undo")
        same("undone", before, world.table())
        within("sh", script, "--undo", "tun0")
        same("undone twice", before, world.table())
        # Fed to a shell, and with a route of another interface in the way.
        within("ip", f"-{there.version}", "route", "del", there, "dev", "tun0")
        within("ip", f"-{there.version}", "route", "add", there, "dev", "wire")
        done = within("sh", "-s", "--", "tun0", input=case.written("bash"), check=False)
        if done.returncode != 1 or done.stderr.count("File exists") != 1 or str(there) not in done.stderr:
            raise AssertionError(f"a route in the way: {done.returncode} {done.stderr}")
        rest = [net for net in case.whole if net != there]
        judge(world, "tun0", rest, case.pool + [there])
        within("sh", "-s", "--", "--undo", input=case.written("bash"))
        within("ip", f"-{there.version}", "route", "del", there, "dev", "wire")
        if within("sh", script, "nowhere", check=False).returncode != 1:
            raise AssertionError("an interface that is not there")
        if (world.folder / "owned").exists() or os.path.exists("owned"):
            raise AssertionError("a name was run")
        return asked
    finally:
        within("ip", "link", "del", "tun0", check=False)


def certificates(folder):
    """A certificate authority with a server and a client; made once."""
    if (folder / "ca.crt").exists():
        return
    at = lambda name: str(folder / name)
    quiet = ["-nodes", "-days", "30", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    run("openssl", "req", "-x509", *quiet, "-subj", "/CN=ca", "-keyout", at("ca.key"), "-out", at("ca.crt"))
    for name, usage in (("server", "serverAuth"), ("client", "clientAuth")):
        (folder / "ext").write_text(f"extendedKeyUsage={usage}\nkeyUsage=digitalSignature\n")
        run("openssl", "req", *quiet, "-subj", f"/CN={name}", "-keyout", at(f"{name}.key"), "-out", at(f"{name}.csr"))
        signing = ["-CA", at("ca.crt"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "30", "-extfile", at("ext")]
        run("openssl", "x509", "-req", *signing, "-in", at(f"{name}.csr"), "-out", at(f"{name}.crt"))


def route(net):
    if net.version == 6:
        return f"route-ipv6 {net}"
    return f"route {net.network_address} {net.netmask}"


def openvpn_server(world, case):
    """A server that gives what the gateway gives. The tunnel's own addresses are of a pool that no case uses."""
    certificates(world.folder)
    four = [net for net in case.pool if net.version == 4 and net.prefixlen <= 29]
    pool = four[0] if four else ipaddress.ip_network("198.19.0.0/24")
    six = ipaddress.ip_network("2001:db8:fffe::/64")
    pushed = "".join(f'push "{route(net)}"\n' for net in case.held)
    config = (
        f"dev tun0\nproto udp\nlocal {SERVER}\nport 1194\ntopology subnet\nserver {pool.network_address} {pool.netmask}\n"
        f"server-ipv6 {six}\nca {world.folder}/ca.crt\ncert {world.folder}/server.crt\nkey {world.folder}/server.key\n"
        f"dh none\nkeepalive 10 60\nverb 3\n{pushed}"
    )
    (world.folder / "server.conf").write_text(config)
    world.start(world.server, "openvpn", "--config", world.folder / "server.conf", log="server.log")
    log = world.folder / "server.log"
    wait("the server", lambda: "Initialization Sequence Completed" in log.read_text())
    return [pool, six]


def profile(world):
    return (
        f"client\ndev tun0\nproto udp\nremote {SERVER} 1194\nnobind\nca {world.folder}/ca.crt\ncert {world.folder}/client.crt\n"
        f"key {world.folder}/client.key\nremote-cert-tls server\nverb 3\n"
    )


def openvpn(world, case):
    """`openvpn`: the lines at the end of a profile."""
    own = openvpn_server(world, case)
    before = world.table()
    path = world.folder / "client.ovpn"
    path.write_text(profile(world) + case.written("openvpn"))
    asked = 0
    for turn in (1, 2):
        log = world.folder / f"client-{turn}.log"
        client = world.start(world.client, "openvpn", "--config", path, log=log.name)
        ended = lambda: client.poll() is not None or "Initialization Sequence Completed" in log.read_text()
        wait("the client", ended, 120)
        if "ROUTE: " in log.read_text() and "ERROR" in log.read_text() or client.poll() is not None:
            raise AssertionError(log.read_text()[-2000:])
        asked = judge(world, "tun0", case.held + case.missing, own + case.pool)
        client.terminate()
        client.wait(60)
        same("ended", before, world.table())
    return asked


class Bus:
    """A D-Bus and a NetworkManager of the world's own, apart from those of the machine."""

    def __init__(self, world):
        self.world = world
        self.folder = world.folder / "nm"
        self.folder.mkdir(exist_ok=True)
        for name in ("run", "state", "etc", "connections"):
            (self.folder / name).mkdir(exist_ok=True)
        (self.folder / "nm.conf").write_text(
            "[main]\nplugins=keyfile\nauth-polkit=false\nno-auto-default=*\ndns=none\nrc-manager=unmanaged\ndhcp=internal\n"
            f"[keyfile]\npath={self.folder}/connections\n[logging]\nlevel=INFO\n"
        )
        (self.folder / "inside.sh").write_text(
            "set -e\nmount --make-rprivate /\nmount -o remount,ro /sys\nmount -t tmpfs tmpfs /run\nmkdir -p /run/dbus /run/NetworkManager\n"
            f"mkdir -p /etc/NetworkManager/system-connections\nmount --bind {self.folder}/connections /etc/NetworkManager/system-connections\n"
            f"mount --bind {self.folder}/state /var/lib/NetworkManager\n"
            "dbus-daemon --system --fork --nopidfile --nosyslog\n"
            f"exec NetworkManager --no-daemon --config={self.folder}/nm.conf --config-dir={self.folder}/etc --system-config-dir={self.folder}/etc "
            f"--intern-config={self.folder}/intern.conf --state-file={self.folder}/state/nm.state --pid-file={self.folder}/run/nm.pid\n"
        )
        self.process = world.start(world.client, "unshare", "-m", "-p", "-f", "--mount-proc", "--kill-child", "sh", self.folder / "inside.sh", log="nm.log")
        wait("NetworkManager", lambda: self.nmcli("-t", "-f", "RUNNING", "general", check=False).stdout.strip() == "running", 30)
        wait("a device", lambda: "connected (externally)" in self.nmcli("-f", "STATE", "-t", "device", check=False).stdout, 30)

    def inner(self):
        """The first process inside, whose mounts are those of the bus."""
        children = run("pgrep", "-f", f"NetworkManager --no-daemon --config={self.folder}/nm.conf", check=False).stdout.split()
        return children[-1] if children else None

    def nmcli(self, *words, check=True):
        inner = self.inner()
        if inner is None:
            return subprocess.CompletedProcess(words, 1, "", "NetworkManager does not run")
        return run("nsenter", "-t", inner, "-m", "-n", "-p", "nmcli", *words, check=check)


def network_manager(world, case):
    """`openvpn` once more, imported by nmcli; routes of IPv6 by the commands in the comments."""
    own = openvpn_server(world, case)
    bus = Bus(world)
    before = world.table()
    text = case.written("openvpn")
    path = world.folder / "hub.ovpn"
    path.write_text(profile(world) + text)
    bus.nmcli("connection", "import", "type", "openvpn", "file", path)
    of = lambda field: bus.nmcli("-g", field, "connection", "show", "hub").stdout
    prefixes = lambda text: {ipaddress.ip_network(word) for word in re.findall(r"[0-9a-f.:]+/\d+", text.replace("\\", ""))}
    four, six = families(case.missing)
    same("imported", {*map(str, four)}, {*map(str, prefixes(of("ipv4.routes")))})
    same("dropped", [], sorted(map(str, prefixes(of("ipv6.routes")))))
    commands = [shlex.split(words) for words in re.findall(r"^#   nmcli (connection modify NAME .*)$", text, re.M)]
    for modify, it, _, *words in commands:
        bus.nmcli(modify, it, "hub", *words)
    same("added", {*map(str, six)}, {*map(str, prefixes(of("ipv6.routes")))})
    asked = 0
    for _ in (1, 2):
        # The service of the plugin ends with its last tunnel, and a new one may meet it while it does.
        up = lambda: bus.nmcli("--wait", "90", "connection", "up", "hub", "ifname", "wire", check=False).returncode == 0
        wait("the tunnel", up, 120)
        asked = judge(world, "tun0", case.held + case.missing, own + case.pool)
        bus.nmcli("connection", "down", "hub")
        wait("the end of the tunnel", lambda: not [line for line in world.table() if " tun0" in line])
    for modify, it, _, *words in commands:
        if words[0] == "+ipv6.routes":
            bus.nmcli(modify, it, "hub", "-ipv6.routes", words[1])
    same("taken back", [], sorted(map(str, prefixes(of("ipv6.routes")))))
    bus.nmcli("connection", "delete", "hub")
    same("ended", before, world.table())
    return asked


class Charon:
    """One charon with its own socket and swanctl. Packets take a tunnel in user space, so that routes lead to it."""

    def __init__(self, world, name, connection):
        self.world, self.name = world, name
        self.folder = world.folder / f"charon-{name[:3]}"
        (self.folder / "conf.d").mkdir(parents=True, exist_ok=True)
        for old in (self.folder / "conf.d").iterdir():
            old.unlink()
        (self.folder / "swanctl.conf").write_text("include conf.d/*.conf\n")
        (self.folder / "conf.d" / "azure.conf").write_text(connection)
        self.socket = f"unix://{self.folder}/vici"
        (self.folder / "strongswan.conf").write_text(
            "charon-systemd {\n  load = random nonce openssl kdf kernel-libipsec kernel-netlink socket-default vici\n"
            f"  install_routes = {'yes' if name == world.client else 'no'}\n  plugins {{ vici {{ socket = {self.socket} }} }}\n  filelog {{ stderr {{ default = 1 }} }}\n}}\n"
        )
        self.log = world.folder / f"{self.folder.name}.log"
        world.start(name, "charon-systemd", log=self.log.name, env={**os.environ, "STRONGSWAN_CONF": str(self.folder / "strongswan.conf")})
        wait("charon", lambda: self.swanctl("--stats", check=False).returncode == 0)
        self.swanctl("--load-all")

    def swanctl(self, verb, *words, check=True):
        environment = {**os.environ, "SWANCTL_DIR": str(self.folder), "STRONGSWAN_CONF": str(self.folder / "strongswan.conf")}
        return self.world.within(self.name, "swanctl", verb, *words, "--uri", self.socket, check=check, env=environment)


SECRET = "secrets {\n  ike-test {\n    secret = 0sAAECAwQFBgcICQ==\n  }\n}\n"


def strongswan(world, case):
    """`strongswan`: a file beside the one of the connection."""
    four, six = families(case.pool)
    pools = [four[0] if four else ipaddress.ip_network("198.19.0.0/24"), six[0] if six else ipaddress.ip_network("2001:db8:fffe::/64")]
    # In user space a policy needs an address of its own side.
    addresses = "".join(f"addr add {net.network_address + 1}/{net.max_prefixlen} dev lo\n" for net in case.held + case.missing)
    world.within(world.server, "ip", "-force", "-batch", "-", input=addresses, check=False)
    named = "".join(f"  p{net.version} {{\n    addrs = {net}\n  }}\n" for net in pools)
    Charon(
        world,
        world.server,
        f"connections {{\n  hub {{\n    version = 2\n    local_addrs = {SERVER}\n    pools = p4, p6\n    local {{\n      auth = psk\n      id = hub\n    }}\n"
        "    remote {\n      auth = psk\n    }\n    children {\n      net {\n        local_ts = 0.0.0.0/0, ::/0\n      }\n    }\n  }\n}\n"
        f"pools {{\n{named}}}\n{SECRET}",
    )
    held = ",".join(map(str, case.held or [ipaddress.ip_network("198.51.100.0/24")]))
    client = Charon(
        world,
        world.client,
        f"connections {{\n  azure {{\n    version = 2\n    remote_addrs = {SERVER}\n    local_addrs = {CLIENT}\n    vips = 0.0.0.0, ::\n"
        "    local {\n      auth = psk\n      id = client\n    }\n    remote {\n      auth = psk\n      id = hub\n    }\n"
        f"    children {{\n      held {{\n        local_ts = dynamic\n        remote_ts = {held}\n      }}\n    }}\n  }}\n}}\n{SECRET}",
    )
    client.swanctl("--initiate", "--child", "held")
    before = world.table()
    text = case.written("strongswan")
    file = client.folder / "conf.d" / "missing.conf"
    file.write_text(text)
    children = re.findall(r"^      (missing-routes\S*) \{$", text, re.M)
    expected = networks(held.split(",")) + case.missing
    installed = lambda: len(set(re.findall(r"^  (\S+): #\d+, reqid \d+, INSTALLED", client.swanctl("--list-sas").stdout, re.M)))
    asked = 0
    for _ in (1, 2):
        client.swanctl("--load-conns")
        wait(f"{len(children)} children", lambda: installed() == len(children) + 1, 60 + len(case.missing) / 5)
        asked = judge(world, "ipsec0", expected, case.pool + pools)
    file.unlink()
    client.swanctl("--load-conns")
    wait("the end of the children", lambda: installed() == 1)
    same("undone", before, world.table())
    return asked


def powershell(_, case):
    """`powershell`, parsed by the grammar of tree-sitter: calls of one command with words as they stand, and comments."""
    import tree_sitter
    import tree_sitter_powershell

    language = tree_sitter.Language(tree_sitter_powershell.language())
    text = case.written("powershell").removeprefix("\ufeff")
    root = tree_sitter.Parser(language).parse(text.encode()).root_node
    if root.has_error:
        raise AssertionError(f"no PowerShell: {root}")
    calls, kinds = [], set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        kinds.add(node.type)
        waiting += node.children
        if node.type == "command":
            calls.append(node.text.decode())
    name, other = "'" + case.gateway.replace("'", "''") + "'", {kind for kind in kinds if "expandable" in kind or "sub_expression" in kind}
    expected = [f"Add-VpnConnectionRoute -ConnectionName {name} -DestinationPrefix '{net}'" for net in case.missing]
    same("calls", expected, sorted(calls, key=expected.index) if set(calls) == set(expected) else calls)
    same("what is evaluated", [], sorted(other))
    return 0


def azure_vpn_client(_, case):
    """`azurevpnconfig`, whose elements are those that the profile has, with nothing else in them."""
    root = xml.etree.ElementTree.fromstring(case.written("azurevpnconfig"))
    path = [root.tag, *(child.tag for child in root), *(child.tag for child in root.iterfind("clientconfig/*"))]
    same("elements", ["azvpnprofile", "clientconfig", "includeroutes"], path)
    found = []
    for route in root.iterfind("clientconfig/includeroutes/*"):
        same("a route", ["route", "destination", "mask"], [route.tag, *(child.tag for child in route)])
        found.append(ipaddress.ip_network(f"{route.findtext('destination')}/{route.findtext('mask')}"))
    same("routes", case.missing, found)
    return 0


ALL = [iproute2, openvpn, network_manager, strongswan, powershell, azure_vpn_client]

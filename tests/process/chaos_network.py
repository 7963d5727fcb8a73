"""Hosts for a test on one machine: each a network namespace, joined by a router, all gone with this process.

The calling process leaves the machine's network for a namespace of its own, the router. A host is a namespace held by
a sleeping child and joined by a veth pair; nothing has a name outside, so that nothing can stay behind. Cuts are two
sets of addresses whose packets the router drops: those from a host, and those to it, as with a broken link. Needs
root. Not a model of slow or lossy links.
"""
import ctypes
import os
import signal
import subprocess

from cluster import wait_until

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
PR_SET_PDEATHSIG = 1
OUT, IN = "out", "in"
RULES = f"""table ip fairlead {{
  set {OUT} {{ type ipv4_addr; }}
  set {IN} {{ type ipv4_addr; }}
  chain forward {{
    type filter hook forward priority 0;
    ip saddr @{OUT} drop;
    ip daddr @{IN} drop;
  }}
}}"""


def end_with_parent():
    """For preexec_fn. SIGTERM: an agent ends its containers then."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def tool(*words, text=None):
    """Runs a system command that has to succeed."""
    subprocess.run(words, check=True, input=text, text=True, stdin=None if text else subprocess.DEVNULL)


class Network:
    def __init__(self):
        """Mounts of this process and its children are private from now on, too."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
            raise SystemExit(f"namespaces: {os.strerror(ctypes.get_errno())}; hint: run as root")
        self.holders = {}  # host to (process, number)
        tool("mount", "--make-rprivate", "/")
        tool("ip", "link", "set", "lo", "up")
        tool("nft", "-f", "-", text=RULES)
        with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
            file.write("1")

    def add_host(self, name):
        number = len(self.holders) + 1
        holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"], stdin=subprocess.DEVNULL,
                                  preexec_fn=end_with_parent)
        self.holders[name] = (holder, number)
        own = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{holder.pid}/ns/net") != own, f"the namespace of {name}")
        tool("ip", "link", "add", f"fairlead{number}", "type", "veth", "peer", "name", "eth0", "netns", str(holder.pid))
        tool("ip", "address", "add", f"10.77.{number}.1/24", "dev", f"fairlead{number}")
        tool("ip", "link", "set", f"fairlead{number}", "up")
        for words in (["link", "set", "lo", "up"], ["address", "add", f"{self.address(name)}/24", "dev", "eth0"],
                      ["link", "set", "eth0", "up"], ["route", "add", "default", "via", f"10.77.{number}.1"]):
            tool(*self.prefix(name), "ip", *words)

    def address(self, name):
        return f"10.77.{self.holders[name][1]}.2"

    def prefix(self, name):
        """The words before a command that shall run on that host. It keeps the pid."""
        return ["nsenter", f"--net=/proc/{self.holders[name][0].pid}/ns/net", "--"]

    def cut(self, name, directions):
        """No packet leaves (OUT) or reaches (IN) the host, to and from other hosts; the router still reaches it."""
        for direction in directions:
            tool("nft", "add", "element", "ip", "fairlead", direction, f"{{ {self.address(name)} }}")

    def mend(self, name, directions):
        for direction in directions:
            tool("nft", "delete", "element", "ip", "fairlead", direction, f"{{ {self.address(name)} }}")

    def mend_all(self):
        for direction in (OUT, IN):
            tool("nft", "flush", "set", "ip", "fairlead", direction)

    def end(self):
        for holder, _ in self.holders.values():
            holder.kill()
            holder.wait()

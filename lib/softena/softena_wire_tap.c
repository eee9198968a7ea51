/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the ENA PMD authors
 */
/**
 * @file
 * Wire "tap": a Linux TAP interface, with real traffic from a real network stack.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include "softena_wire_priv.h"

#define ADDRS_MAX 8u

struct tap_addr {
	int family;
	uint8_t bytes[16];
	unsigned int prefix;
};

struct tap {
	struct softena_wire wire;
	int fd;
	char name[IFNAMSIZ];
	char netns[64];
	uint8_t mac[6];
	bool mac_set, up;
	uint64_t mtu; /* 0 = leave it */
	struct tap_addr addr[ADDRS_MAX];
	unsigned int addrs;
};

/** Layout of the kernel's struct in6_ifreq; its header collides with <net/if.h>. */
struct in6_addr_req {
	uint8_t addr[16];
	uint32_t prefix;
	int ifindex;
};

static size_t
tap_recv(struct softena_wire *wire, uint8_t *frame, size_t cap)
{
	ssize_t n = read(((struct tap *)wire)->fd, frame, cap);

	return n > 0 ? (size_t)n : 0;
}

static bool
tap_send(struct softena_wire *wire, const uint8_t *frame, size_t len)
{
	/* EIO: the interface is down; EAGAIN, ENOBUFS: its queue is full. All are losses. */
	return write(((struct tap *)wire)->fd, frame, len) == (ssize_t)len;
}

static void
tap_close(struct softena_wire *wire)
{
	struct tap *t = (struct tap *)wire;

	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

static const struct softena_wire_ops tap_ops = {
	.kind = "tap",
	.recv = tap_recv,
	.send = tap_send,
	.ended = wire_never_ends,
	.close = tap_close,
};

/* ---- the interface ---------------------------------------------------------------- */

static int
tap_create(struct tap *t, const struct wire_err *err)
{
	struct ifreq req;

	t->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (t->fd < 0 && (errno == EACCES || errno == EPERM))
		return wire_error(err,
			"wire tap:%s: no permission for /dev/net/tun; run as root or give yourself "
			"access to it",
			t->name);
	if (t->fd < 0)
		return wire_error(err,
			"wire tap:%s: cannot open /dev/net/tun: %s; load the module (modprobe "
			"tun), or in a container pass --device /dev/net/tun",
			t->name, strerror(errno));
	memset(&req, 0, sizeof(req));
	memcpy(req.ifr_name, t->name, sizeof(req.ifr_name));
	req.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (ioctl(t->fd, TUNSETIFF, &req) == 0)
		return 0;
	if (errno == EPERM)
		return wire_error(err,
			"wire tap:%s: not permitted; needs CAP_NET_ADMIN, or an interface made for "
			"you: ip tuntap add dev %s mode tap user $USER",
			t->name, t->name);
	if (errno == EBUSY)
		return wire_error(err, "wire tap:%s: another program uses this interface", t->name);
	return wire_error(
		err, "wire tap:%s: cannot create the interface: %s", t->name, strerror(errno));
}

static int
set_addr4(int sock, struct ifreq *req, const struct tap_addr *a)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};

	memcpy(&sin.sin_addr, a->bytes, 4);
	memcpy(&req->ifr_addr, &sin, sizeof(sin));
	if (ioctl(sock, SIOCSIFADDR, req) != 0)
		return -1;
	sin.sin_addr.s_addr = a->prefix == 0 ? 0 : htonl(UINT32_MAX << (32 - a->prefix));
	memcpy(&req->ifr_netmask, &sin, sizeof(sin));
	return ioctl(sock, SIOCSIFNETMASK, req);
}

static int
set_addr6(struct ifreq *req, const struct tap_addr *a)
{
	/* valgrind takes the argument of SIOCSIFADDR for a struct ifreq, which is larger. */
	union {
		struct in6_addr_req in6;
		struct ifreq size;
	} arg;
	int sock = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = -1, saved;

	if (sock < 0)
		return -1;
	memset(&arg, 0, sizeof(arg));
	if (ioctl(sock, SIOCGIFINDEX, req) == 0) {
		memcpy(arg.in6.addr, a->bytes, 16);
		arg.in6.prefix = a->prefix;
		arg.in6.ifindex = req->ifr_ifindex;
		rc = ioctl(sock, SIOCSIFADDR, &arg.in6);
	}
	saved = errno;
	close(sock);
	errno = saved;
	return rc;
}

static int
tap_setting_failed(const struct tap *t, const char *what, const struct wire_err *err)
{
	return wire_error(err, "wire tap:%s: cannot set %s: %s%s", t->name, what, strerror(errno),
		errno == EPERM ? " (needs CAP_NET_ADMIN)" : "");
}

static int
tap_settings(struct tap *t, int sock, const struct wire_err *err)
{
	struct ifreq req;
	unsigned int i;

	memset(&req, 0, sizeof(req));
	memcpy(req.ifr_name, t->name, sizeof(req.ifr_name));
	if (t->mac_set) {
		req.ifr_hwaddr.sa_family = ARPHRD_ETHER;
		memcpy(req.ifr_hwaddr.sa_data, t->mac, 6);
		if (ioctl(sock, SIOCSIFHWADDR, &req) != 0)
			return tap_setting_failed(t, "mac", err);
	}
	if (t->mtu != 0) {
		req.ifr_mtu = (int)t->mtu;
		if (ioctl(sock, SIOCSIFMTU, &req) != 0)
			return tap_setting_failed(t, "mtu", err);
	}
	for (i = 0; i < t->addrs; i++)
		if ((t->addr[i].family == AF_INET ? set_addr4(sock, &req, &t->addr[i]) :
						    set_addr6(&req, &t->addr[i])) != 0)
			return tap_setting_failed(t, "addr", err);
	if (ioctl(sock, SIOCGIFFLAGS, &req) != 0)
		return tap_setting_failed(t, "flags", err);
	/* An IPv4 address brings an interface up by itself; without "up" it stays down. */
	req.ifr_flags = (short)(t->up ? req.ifr_flags | IFF_UP : req.ifr_flags & ~IFF_UP);
	if ((t->up || t->addrs > 0) && ioctl(sock, SIOCSIFFLAGS, &req) != 0)
		return tap_setting_failed(t, "up", err);
	return 0;
}

static int
tap_make(struct tap *t, const struct wire_err *err)
{
	int rc, sock;

	rc = tap_create(t, err);
	if (rc != 0 || (!t->mac_set && t->mtu == 0 && t->addrs == 0 && !t->up))
		return rc;
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return tap_setting_failed(t, "options", err);
	rc = tap_settings(t, sock, err);
	close(sock);
	return rc;
}

/** Work for a thread of its own: a namespace belongs to a thread, not to the process. */
struct tap_job {
	struct tap *tap;
	const struct wire_err *err;
	int rc;
};

static void *
tap_make_in_netns(void *arg)
{
	struct tap_job *job = arg;
	struct tap *t = job->tap;
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/var/run/netns/%s", t->netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		job->rc = wire_error(job->err,
			"wire tap:%s: no network namespace '%s' (%s: %s); make it: ip netns add %s",
			t->name, t->netns, path, strerror(errno), t->netns);
		return NULL;
	}
	if (setns(fd, CLONE_NEWNET) != 0)
		job->rc = wire_error(job->err,
			"wire tap:%s: cannot enter network namespace '%s': %s; needs CAP_SYS_ADMIN",
			t->name, t->netns, strerror(errno));
	else
		job->rc = tap_make(t, job->err);
	close(fd);
	return NULL;
}

static int
tap_open(struct softena_wire *wire, const struct wire_err *err)
{
	struct tap *t = (struct tap *)wire;
	struct tap_job job = {t, err, -EINVAL};
	pthread_t thread;

	if (t->netns[0] == '\0')
		return tap_make(t, err);
	if (pthread_create(&thread, NULL, tap_make_in_netns, &job) != 0)
		return wire_error(err, "wire tap:%s: cannot start a thread", t->name);
	pthread_join(thread, NULL);
	return job.rc;
}

/* ---- options ----------------------------------------------------------------------- */

struct tap_options {
	struct tap *tap; /* gets the addresses */
	const char *netns;
	uint64_t mtu;
	bool up, lossless;
};

static int
add_addr(void *options, const char *value, const struct wire_err *err)
{
	struct tap *t = ((struct tap_options *)options)->tap;
	struct tap_addr *a = &t->addr[t->addrs];
	const char *slash = strchr(value, '/');
	unsigned int most, i;
	char text[64], *end;

	if (t->addrs == ADDRS_MAX)
		return wire_error(err, "wire tap: at most %u addresses", ADDRS_MAX);
	a->family = strchr(value, ':') != NULL ? AF_INET6 : AF_INET;
	most = a->family == AF_INET6 ? 128 : 32;
	snprintf(text, sizeof(text), "%.*s",
		(int)(slash != NULL ? slash - value : (ptrdiff_t)strlen(value)), value);
	a->prefix = slash != NULL && slash[1] >= '0' && slash[1] <= '9' ?
			    (unsigned int)strtoul(slash + 1, &end, 10) :
			    UINT32_MAX;
	if (a->prefix > most || *end != '\0' || inet_pton(a->family, text, a->bytes) != 1)
		return wire_error(err,
			"wire tap: addr=%s: not an address with prefix length, as 192.0.2.1/24 or "
			"2001:db8::1/64",
			value);
	/* The kernel's call for IPv4 replaces the address that is there. */
	for (i = 0; a->family == AF_INET && i < t->addrs; i++)
		if (t->addr[i].family == AF_INET)
			return wire_error(err,
				"wire tap: addr=%s: a second IPv4 address; only IPv6 addresses "
				"may be more than one ('ip addr add' adds others)",
				value);
	t->addrs++;
	return 0;
}

static int
set_mac(void *options, const char *value, const struct wire_err *err)
{
	struct tap *t = ((struct tap_options *)options)->tap;

	if (wire_parse_mac(value, t->mac) != 0 || (t->mac[0] & 1) != 0)
		return wire_error(
			err, "wire tap: mac=%s: not a unicast address as 02:00:00:00:00:01", value);
	t->mac_set = true;
	return 0;
}

static int
keep_names(struct tap *t, const char *name, const char *netns, const struct wire_err *err)
{
	if (name == NULL || strlen(name) >= IFNAMSIZ || strpbrk(name, "/ %:") != NULL ||
		name[0] == '.')
		return wire_error(err,
			"wire tap: needs an interface name of 1 to %d characters, as in tap:ena0",
			IFNAMSIZ - 1);
	memcpy(t->name, name, strlen(name) + 1);
	if (netns == NULL)
		return 0;
	if (strlen(netns) >= sizeof(t->netns) || strchr(netns, '/') != NULL || netns[0] == '.')
		return wire_error(
			err, "wire tap: netns=%s: not the name of a network namespace", netns);
	memcpy(t->netns, netns, strlen(netns) + 1);
	return 0;
}

static struct softena_wire *
tap_parse(char *options, const struct wire_err *err)
{
	struct tap_options o = {.tap = calloc(1, sizeof(struct tap))};
	struct tap *t = o.tap;
	const char *name = NULL;

	if (t == NULL) {
		wire_error(err, "wire tap: out of memory");
		return NULL;
	}
	t->fd = -1;
	t->wire.ops = &tap_ops;
	t->wire.started = true;
	if (wire_options(&wire_kind_tap, options, &name, &o, err) != 0 ||
		keep_names(t, name, o.netns, err) != 0) {
		tap_close(&t->wire);
		return NULL;
	}
	t->mtu = o.mtu;
	t->up = o.up;
	t->wire.patient = o.lossless;
	return &t->wire;
}

#define PLACE(member) offsetof(struct tap_options, member)
static const struct wire_opt tap_opts[] = {
	{"netns", WIRE_OPT_TEXT, PLACE(netns), "NAME",
		"make it in this network namespace (ip netns add NAME)", 0, 0, NULL},
	{"mac", WIRE_OPT_CALL, 0, "MAC", "address of the interface (not of the port)", 0, 0,
		set_mac},
	{"mtu", WIRE_OPT_NUM, PLACE(mtu), "N", "MTU of the interface, 68 to 16370", 68,
		SOFTENA_FRAME_MAX - 14, NULL},
	{"addr", WIRE_OPT_CALL, 0, "CIDR",
		"address with prefix length; repeat it for IPv6, IPv4 has one", 0, 0, add_addr},
	{"up", WIRE_OPT_FLAG, PLACE(up), NULL, "bring the interface up", 0, 0, NULL},
	{"lossless", WIRE_OPT_FLAG, PLACE(lossless), NULL,
		"a frame waits until the port has an Rx buffer", 0, 0, NULL},
	{0},
};
#undef PLACE

const struct wire_kind wire_kind_tap = {
	.name = "tap",
	.spec = "tap:NAME",
	.help = "a Linux TAP interface, removed when the wire is closed",
	.opts = tap_opts,
	.parse = tap_parse,
	.open = tap_open,
};

/* One connection to one directory server. All of libldap is behind this: ldap.c is the only file that knows it.
 *
 * Every wait ends at a deadline: an instant of clock_monotonic_us(). One thread at a time uses a Connection. */
#ifndef DIRECTORY_CONNECTION_H
#define DIRECTORY_CONNECTION_H

#include "directory/search.h"
#include "directory/ticket.h"

typedef enum { BIND_NONE, BIND_SIMPLE, BIND_EXTERNAL, BIND_GSSAPI } BindMethod;

/* How to log on; borrowed by connection_open, which keeps nothing of it. */
typedef struct {
	BindMethod method;
	const char *dn;       /* simple: who; in Active Directory also NAME@DOMAIN */
	const char *password; /* simple: never empty */
	Tickets *tickets;     /* gssapi: Kerberos (RFC 4752); without TLS every message is signed and encrypted, with it the log-on is bound to the certificate */
	gboolean starttls;    /* on ldap:// */
	const char *ca_file;  /* who may vouch for the server's name; for ldaps:// and StartTLS */
} ConnectionTerms;

typedef struct Connection Connection;

/* "ldap://", "ldaps://" and "ldapi://" without base, filter or the like are usable; what would send a password in
 * the clear to another machine is not. FALSE with ERROR_CONFIG. */
gboolean connection_check_uri(const char *uri, const ConnectionTerms *terms, GError **error);

/* Connects, starts TLS (the server must prove its name) and binds. NULL with ERROR_UNAVAILABLE (nobody there,
 * silent, busy, TLS failed), ERROR_PERMANENT (refused) or ERROR_CONFIG (the CA file cannot be used). */
Connection *connection_open(const char *uri, const ConnectionTerms *terms, gint64 deadline_us, GError **error);
void connection_close(Connection *connection); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_close)
const char *connection_uri(const Connection *connection);

typedef enum {
	SENDING_DONE,
	SENDING_LATER,  /* the line is full: receive something first */
	SENDING_FAILED, /* such a search cannot be asked: ERROR_CONFIG */
	SENDING_LOST,   /* the line broke: ERROR_UNAVAILABLE; close the connection */
} Sending;

/* Sends a search; *id names it in the replies. `cookie`: NULL = all of the answer in one piece; empty = the first page of it;
 * else what a reply gave = the page after that. The server is told to take no longer than the timeout. Nothing is sent but with
 * SENDING_DONE. */
Sending connection_send(Connection *connection, const Search *search, GBytes *cookie, gint64 timeout_us, int *id, GError **error);

/* A piece of the answer to something that was sent. */
typedef struct {
	gboolean is_silence;  /* none came until the deadline; nothing else is set */
	int id;               /* that of connection_send; any other number: to be passed over */
	Entry *entry;         /* NULL: that was all of it, and how it ended is: */
	GError *error;        /* NULL: well; else as in search.h, and perhaps one of the next four */
	gboolean is_too_much; /* the server's limit cut it short */
	gboolean is_busy;     /* the server answers nothing now */
	gboolean is_nowhere;  /* there is no entry of the base's name */
	gboolean is_elsewhere; /* another server is said to know it: a referral */
	GBytes *cookie;       /* for the next page; NULL = there is none */
} Reply;
void reply_clear(Reply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reply, reply_clear)

/* The next reply to any of the searches that were sent; references to other servers are passed over. FALSE with
 * ERROR_UNAVAILABLE: the line broke; close the connection. */
gboolean connection_receive(Connection *connection, gint64 deadline_us, Reply *reply, GError **error);

/* Tells the server that the rest of an answer is of no use any more. */
void connection_abandon(Connection *connection, int id);

/* Until when the certificate is good that the server showed for TLS; INSTANT_NONE: it showed none, or none that can be read. */
gint64 connection_certificate_ends(const Connection *connection);

/* A value as it may stand in a filter (RFC 4515, section 3). Owned by the caller. */
char *connection_escape(const void *bytes, gsize length);

/* Equal only for two DNs that name the same entry (RFC 4514: one way of escaping and spacing, ASCII without case);
 * to compare, not to send. Two spellings that differ otherwise may give two keys. NULL where the text is no DN or
 * the empty one. Owned by the caller. */
char *connection_dn_key(const char *dn);

#endif

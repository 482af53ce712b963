/* One connection to one directory server. All of libldap is behind this: ldap.c is the only file that knows it.
 *
 * Every wait ends at a deadline: an instant of clock_monotonic_us(). One thread at a time uses a Connection. */
#ifndef DIRECTORY_CONNECTION_H
#define DIRECTORY_CONNECTION_H

#include "directory/entry.h"

typedef enum { BIND_NONE, BIND_SIMPLE, BIND_EXTERNAL } BindMethod;

/* How to log on; borrowed by connection_open, which keeps nothing of it. */
typedef struct {
	BindMethod method;
	const char *dn;       /* simple: who */
	const char *password; /* simple: never empty */
	gboolean starttls;    /* on ldap:// */
	const char *ca_file;  /* who may vouch for the server's name; for ldaps:// and StartTLS */
} ConnectionTerms;

typedef enum {
	CONNECTION_USABLE,
	CONNECTION_LOST,      /* the line broke: worth one try on a new one */
	CONNECTION_TIMED_OUT, /* the server fell silent */
} ConnectionState;

typedef struct Connection Connection;

/* "ldap://", "ldaps://" and "ldapi://" without base, filter or the like are usable; what would send a password in
 * the clear to another machine is not. FALSE with ERROR_CONFIG. */
gboolean connection_check_uri(const char *uri, const ConnectionTerms *terms, GError **error);

/* Connects, starts TLS (the server must prove its name) and binds. NULL with ERROR_UNAVAILABLE (nobody there,
 * silent, busy, TLS failed), ERROR_PERMANENT (refused) or ERROR_CONFIG (the CA file cannot be used). */
Connection *connection_open(const char *uri, const ConnectionTerms *terms, gint64 deadline_us, GError **error);
void connection_close(Connection *connection); /* NULL is nothing to do */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_close)
ConnectionState connection_state(const Connection *connection);
const char *connection_uri(const Connection *connection);

/* What is asked. */
typedef struct {
	const char *what;   /* for the trace: "group" */
	const char *base;   /* search: the subtree below it */
	GPtrArray *dns;     /* of char *; not NULL: each of these entries is read by name instead, where it fits the filter */
	const char *filter; /* RFC 4515 */
	const char *const *attributes; /* NULL-ended; "1.1" = none */
} Search;

/* TRUE = the complete answer: *entries (GPtrArray of Entry, owned by the caller) holds what was found in the
 * server's order; with `dns` one element for each of them in their order, NULL where there is no such entry or it
 * does not fit. Pages are fetched until the last; references to other servers are not followed.
 * FALSE, *entries left alone: ERROR_UNAVAILABLE (silent, busy, referral, the server's size or time limit, more than
 * 10,000 entries), ERROR_PERMANENT (no such base, access refused), ERROR_CONFIG (a filter that is none). */
gboolean connection_run(Connection *connection, const Search *search, gint64 deadline_us, GPtrArray **entries, GError **error);

/* A value as it may stand in a filter (RFC 4515, section 3). Owned by the caller. */
char *connection_escape(const void *bytes, gsize length);

/* Equal only for two DNs that name the same entry (RFC 4514: one way of escaping and spacing, ASCII without case);
 * to compare, not to send. Two spellings that differ otherwise may give two keys. NULL where the text is no DN or
 * the empty one. Owned by the caller. */
char *connection_dn_key(const char *dn);

#endif

/* Fetching a text from a web server (libcurl's other door). */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include <glib.h>

typedef struct {
	const char *url;      /* https://, or http:// to this machine (ERROR_CONFIG otherwise) */
	const char *ca_file;  /* NULL: the system's */
	const char *etag;     /* as an earlier answer had them; NULL: fetch it in any case */
	const char *modified;
	gint64 timeout_s;     /* for connecting and for a transfer that stands still; three times that in all */
	gsize size_max;       /* of the text, unpacked */
} FetchOrder;

typedef struct {
	gboolean unchanged; /* the server says that it is as it was: no bytes */
	GBytes *bytes;
	char *etag, *modified; /* for the next time; NULL */
	gint64 max_age_s;      /* for how long the server says that it is fresh; 0 = it does not */
} FetchAnswer;
void fetch_answer_clear(FetchAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FetchAnswer, fetch_answer_clear)

/* One GET, redirected at most five times and only to https. Certificates are checked; no proxy. Blocks; reentrant. ERROR_UNAVAILABLE: no connection, certificate, timeout, broken
 * off, 408, 429, 5xx; ERROR_PERMANENT: any other answer than 200 and 304, a web page in the place of a calendar; ERROR_INVALID: larger than `size_max`. The text names no
 * address, which may be secret. */
gboolean fetch_get(const FetchOrder *order, FetchAnswer *answer, GError **error);

#endif

/* One request to a web hook (libcurl's third door). */
#ifndef NET_HOOK_H
#define NET_HOOK_H

#include <glib.h>

typedef struct {
	const char *url;          /* https://, or http:// to this machine (ERROR_CONFIG otherwise) */
	const char *method;       /* "POST", "PUT" */
	const GPtrArray *headers; /* of char *: "Name: value", ASCII without line ends */
	GBytes *body;
	const char *ca_file;      /* NULL: the system's */
	gint64 timeout_s;         /* for all of it */
} HookOrder;

typedef struct {
	long code;            /* of the answer, which may have broken off after it; 0: none came */
	gboolean begun;       /* something of the request may have reached the server */
	char *text;           /* what the answer says, or what went wrong: one clean line, without the address, which may be secret; NULL */
	gint64 retry_after_s; /* how long the server asks to be left alone; 0: it does not */
} HookAnswer;
void hook_answer_clear(HookAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HookAnswer, hook_answer_clear)

/* Makes the request once. Nothing is followed: an answer that names another place is an answer. Certificates are checked; no proxy. Blocks; reentrant. Always fills
 * *answer; an order that cannot be carried out has no code, and was not begun. */
void hook_call(const HookOrder *order, HookAnswer *answer);

/* Whether a connection to its host can be made; nothing is asked. ERROR_UNAVAILABLE; ERROR_CONFIG as above. */
gboolean hook_connect(const char *url, const char *ca_file, gint64 timeout_s, GError **error);

#endif

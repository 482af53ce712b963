/* Transfers over the network (libcurl's door): one kept connection. */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <glib.h>

gboolean transfer_init(void); /* once in main, before threads */

/* What logs in with XOAUTH2: the token that serves now; `refused` is one that the server did not take (NULL: none yet), then another is wanted, or the same again where there is
 * no other. Owned by the caller. Called by the thread that owns the connection, before it is opened: those of several connections call at once. */
typedef char *(*SmtpTokenSource)(const char *refused, gpointer user_data, GError **error);

typedef struct {
	const char *url;      /* smtp://host:port, smtps://host:port */
	gboolean starttls;    /* smtp:// must be upgraded */
	const char *ca_file;  /* NULL: the system's */
	const char *user;     /* NULL: no AUTH. With one, TLS is required unless the server is this machine (ERROR_CONFIG) */
	const char *password;
	const char *auth; /* "plain", "login", "xoauth2", "oauthbearer"; "auto" or NULL: PLAIN where the server offers it, else LOGIN */
	SmtpTokenSource token_source; /* of xoauth2 and oauthbearer, which want no password; lives as long as the connection */
	gpointer token_data;
	const char *ehlo_name; /* the name given in EHLO: a host name, ASCII */
	gint64 timeout_s;      /* for each reply and for a body that stands still, at most a minute for connecting; ten times that in all */
} SmtpSettings;

/* One thread owns a connection. It is opened at the first message and kept for the next. */
typedef struct SmtpConnection SmtpConnection;

SmtpConnection *smtp_connection_new(const SmtpSettings *settings, GError **error);
void smtp_connection_free(SmtpConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmtpConnection, smtp_connection_free)

/* Where a delivery ended, so that the one file that judges (mail/outcome.c) can. */
typedef enum {
	SMTP_PHASE_CONNECT, /* TCP, TLS, EHLO, AUTH */
	SMTP_PHASE_SENDER,  /* MAIL FROM */
	SMTP_PHASE_RECIPIENT, /* RCPT TO */
	SMTP_PHASE_DATA,    /* the answer to DATA */
	SMTP_PHASE_BODY,    /* in the body, before the final dot */
	SMTP_PHASE_FINAL,   /* the final dot may have gone out; no reply */
	SMTP_PHASE_DONE,    /* the reply to the final dot came */
} SmtpPhase;

typedef struct {
	SmtpPhase phase;
	long code;    /* of the last command's reply, 0 = none */
	char *reply;  /* that reply, its lines joined, cleaned; where there was none, what went wrong. Owned by the caller */
	gboolean ok;  /* 2xx after the final dot */
} SmtpResult;
void smtp_result_clear(SmtpResult *result);

/* Connects, greets, turns to TLS and logs in as the settings want, and nothing more: for a check. The connection is of no further use. ERROR_UNAVAILABLE with the
 * server's words or what went wrong; ERROR_CONFIG where it refused the log-in, or lets nobody log in. */
gboolean smtp_connection_check(SmtpConnection *connection, GError **error);

/* One recipient, one message. `bytes`: RFC 5322 with CRLF throughout (a bare CR or LF is ERROR_INVALID, nothing is sent). Addresses are ASCII and
 * checked before libcurl sees them (ERROR_PERMANENT); `from` may be "", the null sender. TRUE: *result says how it ended, also where the
 * server refused. FALSE: it was not tried at all, since it may not be sent so, or since there is no token (the source's error). A token that the server refuses is asked
 * for anew, and tried once. What is returned holds no password and no token, whatever the server repeats. */
gboolean smtp_send(SmtpConnection *connection, const char *from, const char *to, GBytes *bytes, SmtpResult *result, GError **error);

#endif

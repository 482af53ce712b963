/* Calls of the policy's channels: what a mail would say, as a request to a web hook. Bytes out, nothing sent. */
#ifndef MAIL_CALL_H
#define MAIL_CALL_H

#include "mail/compose.h"

/* What the channel knows that person by; "" where it needs nothing. NULL: they have no such address. Borrowed. */
const char *call_address(const Channel *channel, const Person *person);

/* Whether its templates compile, ask for nothing but what there is, and make what its content type says, with one invoice and with several. ERROR_INVALID. A
 * PolicyFiles.check_channel. */
gboolean call_check(const Channel *channel, GError **error);

/* The request as bytes that call_read() reads, `to` and, as the subject, all of it in one line. `request` as of a reminder's mail; its message_id is the message's own id.
 * ERROR_PERMANENT: the person has no address that the channel could use. ERROR_INVALID: the templates make no such body of it. */
gboolean call_compose(const MailStyle *style, const Channel *channel, const MailRequest *request, ComposedMail *call, GError **error);

typedef struct {
	char *url, *method;    /* {secret} still stands in URL and headers */
	GPtrArray *headers;    /* of char * */
	GBytes *body;
	gint64 timeout_s;
} Call;
void call_clear(Call *call);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Call, call_clear)

/* ERROR_BROKEN where the bytes are none of call_compose(). */
gboolean call_read(GBytes *bytes, Call *call, GError **error);

#endif

/* Invariants: nothing is said against an address but by a report that came to the message's own bounce address, about that address, and in plain terms; and a report decides
 * nothing about an approval, but by what a refused address means (rule 6). */
#include "service/bouncing.h"

#include "mail/outcome.h"

#include <string.h>

/* RFC 3463: "5.7.1" begins with "5.7", "5.11.1" not with "5.1". */
static gboolean is_of(const char *status, const char *start)
{
	const gsize length = strlen(start);
	return status && g_str_has_prefix(status, start) && (status[length] == '\0' || status[length] == '.');
}

/* Policy, permission, reputation; and that our own address is no good (5.1.7, 5.1.8). */
static gboolean lies_with_us(const char *status)
{
	return is_of(status, "5.7") || is_of(status, "5.1.7") || is_of(status, "5.1.8");
}

static gboolean is_for_now(const ReceivedRecipient *recipient)
{
	return !recipient->permanent || is_of(recipient->status, "4") || is_of(recipient->status, "5.2.2");
}

static gboolean is_same_address(const char *a, const char *b)
{
	return a && b && !g_ascii_strcasecmp(a, b);
}

static gboolean speaks_of(const ReceivedRecipient *recipient, const char *address)
{
	gboolean does = is_same_address(recipient->address, address);
	for (guint i = 0; i < recipient->alternatives->len; i++)
		does |= is_same_address(recipient->alternatives->pdata[i], address);
	return does;
}

/* What is said of the address that the message went to; where there is nothing, of any. */
static const ReceivedRecipient *recipient_of(const Received *received, const char *address)
{
	for (guint i = 0; address && i < received->recipients->len; i++)
		if (speaks_of(received->recipients->pdata[i], address))
			return received->recipients->pdata[i];
	return received->recipients->len ? received->recipients->pdata[0] : NULL;
}

static gboolean was_with_a_server(const MessageRow *message)
{
	return !strcmp(message->state, "accepted") || !strcmp(message->state, "uncertain");
}

static const char *judge_failure(const ReceivedRecipient *recipient, const MessageRow *message, gboolean proven)
{
	if (!message)
		return BOUNCE_UNKNOWN;
	if (!proven)
		return BOUNCE_UNPROVEN;
	if (!was_with_a_server(message))
		return BOUNCE_LATE;
	if (lies_with_us(recipient->status))
		return BOUNCE_ALARM;
	if (is_for_now(recipient))
		return BOUNCE_AGAIN;
	/* it was passed on to there: what that says is nothing about where we sent it */
	return speaks_of(recipient, message->to) ? BOUNCE_REFUSED : BOUNCE_UNKNOWN;
}

BounceVerdict bounce_judge(const Received *received, const MessageRow *message, gboolean proven)
{
	const ReceivedRecipient *recipient = recipient_of(received, message ? message->to : NULL);
	BounceVerdict verdict = {.outcome = BOUNCE_UNKNOWN, .recipient = recipient};
	if (recipient && recipient->action == RECEIVED_FAILED)
		verdict.outcome = judge_failure(recipient, message, proven);
	else if (recipient)
		verdict.outcome = BOUNCE_DELAYED;
	return verdict;
}

/* As an SMTP reply reads, since that is what is asked later whether it speaks against the address (domain/sighting.h). */
static char *as_reply(const ReceivedRecipient *recipient)
{
	const char *said = recipient->diagnostic ? recipient->diagnostic : "";
	if (!recipient->status)
		return g_strdup_printf("%s %s", recipient->permanent ? "554 5.0.0" : "450 4.0.0", said);
	const char *code = recipient->status[0] == '4' || !recipient->permanent ? "450" : "550";
	return g_strdup_printf("%s %s %s", code, recipient->status, said);
}

gboolean bouncing_settle(Session *session, const MessageRow *message, const BounceVerdict *verdict, gint64 cause, gint64 now, GError **error)
{
	static const char *const effective[] = {BOUNCE_REFUSED, BOUNCE_AGAIN, BOUNCE_ALARM, NULL};
	if (!g_strv_contains(effective, verdict->outcome))
		return TRUE;
	const gboolean for_good = !strcmp(verdict->outcome, BOUNCE_REFUSED) || !message->bytes;
	g_autofree char *reply = as_reply(verdict->recipient);
	Event *event = event_new("message.bounced", now, NULL, NULL);
	event->cause = cause;
	js_object_set_string(event->data, "message", message->id);
	js_object_set_string(event->data, "status", verdict->recipient->status);
	js_object_set_instant(event->data, "next_try", for_good ? INSTANT_NONE : delivery_next_return(now, message->bounces + 1, message->id));
	js_object_set_line(event_private(event), "reply", reply);
	return store_append(session_store(session), event, NULL, error);
}

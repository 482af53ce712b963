/* How a delivery went, and when it is tried again. Retry and giving up are decided here and nowhere else.
 *
 * Invariants: REFUSED only where the server spoke for good about this message or its address, since the approval may go to somebody else on the
 * strength of it; UNCERTAIN exactly where the server may have taken the message over. */
#include "mail/outcome.h"

#include "base/instant.h"
#include "base/secret.h"
#include "domain/sighting.h"
#include <string.h>

#define FIRST_DELAY_S (5 * 60)
#define LONGEST_DELAY_S (4 * 3600)
#define FIRST_PAUSE_S 60
#define LAST_ATTEMPT 30 /* a little over four days (RFC 5321, 4.5.4.1): a server that is down for a weekend loses nothing */

/* A server that gives a mail back has tried for itself already. */
#define FIRST_RETURN_DELAY_S 3600
#define LONGEST_RETURN_DELAY_S 86400
#define LAST_RETURN 8

/* RFC 3463: the subject digit of "550 5.7.1 …", 0 where the reply has no enhanced code. */
static int enhanced_subject(const char *reply)
{
	if (reply == NULL || strlen(reply) < 9 || reply[3] != ' ' || !g_ascii_isdigit(reply[4]) || reply[5] != '.' ||
	    !g_ascii_isdigit(reply[6]) || reply[7] != '.' || !g_ascii_isdigit(reply[8]))
		return 0;
	return reply[6] - '0';
}

static gboolean concerns_us_alone(const SmtpResult *result)
{
	static const long codes[] = {421, 530, 534, 535, 538};
	if (result->phase <= SMTP_PHASE_SENDER || result->code < 400)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (result->code == codes[i])
			return TRUE;
	return FALSE;
}

/* The recipient was fine, but a code alone ("550 no attachments here") says otherwise to whoever reads it later. */
static void say_of_content(Delivery *delivery)
{
	g_autofree char *reply = g_steal_pointer(&delivery->reply);
	delivery->reply = g_strconcat(reply != NULL ? reply : "", REFUSAL_OF_CONTENT, NULL);
}

void outcome_judge(SmtpResult *result, Delivery *delivery)
{
	*delivery = (Delivery){.reply = g_steal_pointer(&result->reply)};
	if (result->ok) {
		delivery->outcome = DELIVERY_ACCEPTED;
	} else if (result->phase == SMTP_PHASE_FINAL) {
		delivery->outcome = DELIVERY_UNCERTAIN;
		delivery->server_down = TRUE;
	} else if (concerns_us_alone(result)) {
		delivery->outcome = DELIVERY_DEFERRED;
		delivery->server_down = TRUE;
	} else {
		const gboolean for_good = result->code >= 500 && enhanced_subject(delivery->reply) != 7;
		delivery->outcome = for_good ? DELIVERY_REFUSED : DELIVERY_DEFERRED;
		if (for_good && result->phase > SMTP_PHASE_RECIPIENT && enhanced_subject(delivery->reply) == 0)
			say_of_content(delivery);
	}
}

static gboolean is_of_channel(long code)
{
	static const long codes[] = {401, 403, 407, 408, 425, 429};
	for (gsize i = 0; i < G_N_ELEMENTS(codes); i++)
		if (code == codes[i])
			return TRUE;
	return code / 100 == 3 || code / 100 == 5;
}

void outcome_judge_call(HookAnswer *answer, Delivery *delivery)
{
	g_autofree char *text = g_steal_pointer(&answer->text);
	*delivery = (Delivery){.retry_after_s = answer->retry_after_s};
	if (answer->code == 0)
		delivery->reply = g_strdup(text != NULL ? text : "no answer");
	else
		delivery->reply = g_strdup_printf("HTTP %ld%s%s", answer->code, text != NULL ? ": " : "", text != NULL ? text : "");
	delivery->server_down = answer->code == 0 || is_of_channel(answer->code);
	if (answer->code / 100 == 2)
		delivery->outcome = DELIVERY_ACCEPTED;
	else if (answer->code == 0 && answer->begun)
		delivery->outcome = DELIVERY_UNCERTAIN;
	else
		delivery->outcome = delivery->server_down ? DELIVERY_DEFERRED : DELIVERY_REFUSED;
}

/* 0 … limit-1, always the same for the same message and attempt: so that what failed together does not come back together. */
static gint64 jitter(const char *message, guint attempt, gint64 limit)
{
	char hex[SHA256_HEX_SIZE];
	sha256_hex2(message, strlen(message), &attempt, sizeof attempt, hex);
	hex[8] = '\0';
	return (gint64)(g_ascii_strtoull(hex, NULL, 16) % (guint64)limit);
}

/* `first` seconds the first time, twice as much each time until `longest`, and up to a fifth on top. */
static gint64 growing(gint64 first, gint64 longest, guint times, const char *message)
{
	gint64 delay = first;
	for (guint i = 1; i < times && delay < longest; i++)
		delay *= 2;
	delay = MIN(delay, longest);
	return delay + jitter(message, times, delay / 5);
}

gint64 delivery_next_try(gint64 now, guint attempt, const char *message)
{
	return attempt < LAST_ATTEMPT ? now + growing(FIRST_DELAY_S, LONGEST_DELAY_S, attempt, message) : INSTANT_NONE;
}

gint64 delivery_pause_s(guint failures, const char *message)
{
	return growing(FIRST_PAUSE_S, DELIVERY_LONGEST_PAUSE_S * 5 / 6, failures, message);
}

gint64 delivery_next_return(gint64 now, guint bounces, const char *message)
{
	return bounces < LAST_RETURN ? now + growing(FIRST_RETURN_DELAY_S, LONGEST_RETURN_DELAY_S, bounces, message) : INSTANT_NONE;
}

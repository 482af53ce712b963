/* The one place that says whether a failure is for good. Where neither a code nor known words tell, nothing is said. */
#include "inbound/recipient.h"

#include "base/text.h"
#include "inbound/bounce_words.h"
#include "inbound/status.h"

#include <string.h>

#define DIAGNOSTIC_MAX_OCTETS 500

ReceivedRecipient *recipient_new(char *address)
{
	ReceivedRecipient *recipient = g_new0(ReceivedRecipient, 1);
	recipient->address = address;
	recipient->alternatives = g_ptr_array_new_with_free_func(g_free);
	return recipient;
}

void recipient_free(ReceivedRecipient *recipient)
{
	g_free(recipient->address);
	g_ptr_array_unref(recipient->alternatives);
	g_free(recipient->status);
	g_free(recipient->meaning);
	g_free(recipient->diagnostic);
	g_free(recipient);
}

static char *diagnostic_of(const char *text)
{
	g_autofree char *clean = text_clean_line(text);
	if (strlen(clean) > DIAGNOSTIC_MAX_OCTETS)
		*g_utf8_find_prev_char(clean, clean + DIAGNOSTIC_MAX_OCTETS) = '\0';
	return *clean != '\0' ? g_steal_pointer(&clean) : NULL;
}

/* The code; where it says nothing, its class with what the words say. */
static char *meaning_of(const char *status, const char *words)
{
	if (status == NULL || words == NULL || !g_str_has_suffix(status, ".0.0"))
		return g_strdup(status);
	return g_strdup_printf("%c%s", *status, words + 1);
}

/* A code that hardly says more than "no", beside words that say "not now". */
static gboolean is_contradicted(const char *status, const char *words)
{
	return status_is_permanent(status) && words != NULL && *words == '4' && g_str_has_suffix(status, ".0") && strchr("035", status[2]) != NULL;
}

/* Refused by its code, but for no other reason than that nobody was reached until the time was up ("5.4.316 Message expired, connection refused"). */
static gboolean is_given_up(const char *status, const char *words)
{
	const gboolean network = status != NULL && g_str_has_prefix(status, "5.4.") && words != NULL;
	return network && (g_str_equal(words, "4.4.7") || g_str_equal(status, "5.4.7"));
}

static gboolean is_for_good(const ReceivedRecipient *recipient, char reply, const char *folded)
{
	if (recipient->status != NULL)
		return status_is_permanent(recipient->status);
	return reply == '5' || (reply == '\0' && bounce_words_for_good(folded));
}

gboolean recipient_judge(ReceivedRecipient *recipient, const char *text)
{
	g_autofree char *folded = bounce_words_fold(text);
	const char *words = bounce_words_status(folded);
	const char reply = status_reply_class(text);
	if (recipient->status == NULL)
		recipient->status = status_find(text);
	if (recipient->status == NULL && words != NULL && (reply == '\0' || reply == *words))
		recipient->status = g_strdup(words);
	char *diagnostic = diagnostic_of(text); /* the text may be the old one */
	g_free(recipient->diagnostic);
	g_free(recipient->meaning);
	recipient->diagnostic = diagnostic;
	recipient->meaning = meaning_of(recipient->status, words);
	const gboolean failed = recipient->action == RECEIVED_FAILED && !is_given_up(recipient->status, words), unclear = bounce_words_asks(folded) || is_contradicted(recipient->status, words);
	recipient->permanent = failed && !unclear && is_for_good(recipient, reply, folded);
	recipient->judged = !failed || recipient->permanent || (!unclear && (recipient->status != NULL || reply != '\0'));
	return recipient->judged;
}

static gboolean is_known(const Received *received, const char *address)
{
	for (guint i = 0; i < received->recipients->len; i++)
		if (g_ascii_strcasecmp(((const ReceivedRecipient *)g_ptr_array_index(received->recipients, i))->address, address) == 0)
			return TRUE;
	return FALSE;
}

void recipient_add(Received *received, ReceivedRecipient *recipient)
{
	if (received->recipients->len >= RECEIVED_MAX_RECIPIENTS || is_known(received, recipient->address))
		recipient_free(recipient);
	else
		g_ptr_array_add(received->recipients, recipient);
}

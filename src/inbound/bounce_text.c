/* Each line of the notice is looked at for an address in one of the places where servers put the one that failed. What follows, up to the next such
 * line, is what is said of it. The sender's own addresses and the server's are none of them. */
#include "inbound/bounce_text.h"

#include "inbound/bounce_words.h"
#include "inbound/mail_address.h"
#include "inbound/recipient.h"
#include "inbound/status.h"

#include <string.h>

#define FOUND_MAX 200
#define PROSE_MIN 40 /* octets of a line that is no heading */

/* Where in its line an address stands, best first. Only addresses in the best place that occurs are taken. */
typedef enum {
	PLACE_FIRST,      /* the line begins with it, but for bullets and brackets */
	PLACE_AFTER_WORDS, /* words lead to it: "could not be delivered to:" */
	PLACE_REPLY,      /* it follows a reply code: "550 5.1.1 <jo@example.nl>... User unknown" */
	PLACE_COMMAND,    /* it stands in a command: "RCPT TO:<jo@example.nl>" */
	PLACE_NONE,
} Place;

typedef struct {
	Place place;
	gboolean ours;          /* an address of the sender or of the server: only where no other is found */
	char *address, *origin; /* origin: what it was made from ("generated from"); NULL */
	const char *start, *end;      /* of what is said of it: from its line on */
} Found;

static void found_free(Found *found)
{
	g_free(found->address);
	g_free(found->origin);
	g_free(found);
}

static gboolean is_bullet(char c)
{
	return g_ascii_isspace(c) || strchr("*-<>\"'([#", c) != NULL;
}

/* "550 5.1.1 <", "554 ", "550-5.1.1 [". */
static gboolean is_reply(const char *before)
{
	if (strchr("45", *before) == NULL || !g_ascii_isdigit(before[0]) || !g_ascii_isdigit(before[1]) || !g_ascii_isdigit(before[2]))
		return FALSE;
	for (before += 3; *before != '\0'; before++)
		if (!g_ascii_isdigit(*before) && strchr(" .-#<([\"'", *before) == NULL)
			return FALSE;
	return TRUE;
}

static Place place_of(const char *line, const char *address)
{
	const char *at = strstr(line, address);
	const char *start = line;
	while (is_bullet(*start) && start < at)
		start++;
	if (start == at)
		return PLACE_FIRST;
	g_autofree char *raw = g_strndup(start, (gsize)(at - start));
	g_autofree char *before = bounce_words_fold(raw);
	if (g_str_has_suffix(before, "rcpt to:<") || g_str_has_suffix(before, "rcpt to: <") || g_str_has_suffix(g_strchomp(before), "rcpt to:"))
		return PLACE_COMMAND;
	if (is_reply(before))
		return PLACE_REPLY;
	return bounce_words_before_recipient(before) ? PLACE_AFTER_WORDS : PLACE_NONE;
}

static gboolean is_origin(const char *line, const char *address)
{
	g_autofree char *raw = g_strndup(line, (gsize)(strstr(line, address) - line));
	g_autofree char *before = bounce_words_fold(raw);
	return bounce_words_before_origin(before);
}

/* The sender's, or the mail server's: hardly who failed, unless the returned mail went there. */
static gboolean is_ours(const char *address, const Received *received, const Returned *returned)
{
	const gboolean addressed = mail_address_among(returned->recipients, address);
	const gboolean ours = mail_address_among(received->delivered_to, address) || mail_address_among(returned->senders, address);
	const gboolean server = (received->from != NULL && g_ascii_strcasecmp(received->from, address) == 0) || g_ascii_strncasecmp(address, "postmaster@", 11) == 0;
	return (ours || server) && !addressed;
}

/* The address stands where a line of running text was broken: the text comes from the line before and goes on behind it. */
static gboolean is_in_prose(const char *before, const char *line, const char *after)
{
	if (strspn(before, " \t") != strspn(line, " \t"))
		return FALSE;
	g_autofree char *folded = bounce_words_fold(before);
	const char *text = g_strstrip(folded);
	const gsize length = strlen(text);
	return length >= PROSE_MIN && g_ascii_isalpha(text[length - 1]) && strchr(text, '@') == NULL && *after == ' ' && g_ascii_islower(after[1]);
}

static void address_found(GPtrArray *all, const char *line, const char *before, char *address, const Received *received, const Returned *returned)
{
	Found *last = all->len > 0 ? g_ptr_array_index(all, all->len - 1) : NULL;
	if (last != NULL && last->origin == NULL && is_origin(line, address)) {
		last->origin = address;
		return;
	}
	Place place = place_of(line, address);
	if (place == PLACE_FIRST && is_in_prose(before, line, strstr(line, address) + strlen(address)))
		place = PLACE_NONE;
	if (place == PLACE_NONE || all->len >= FOUND_MAX) {
		g_free(address);
		return;
	}
	Found *found = g_new0(Found, 1);
	*found = (Found){.place = place, .ours = is_ours(address, received, returned), .address = address};
	g_ptr_array_add(all, found);
}

static GPtrArray *addresses_find(const char *notice, const Received *received, const Returned *returned)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);
	g_autofree char *before_line = g_strdup("");
	for (const char *p = notice; *p != '\0';) {
		const gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, length);
		g_autoptr(GPtrArray) addresses = g_ptr_array_new();
		mail_address_collect(line, addresses, 20);
		for (guint i = 0; i < addresses->len; i++) {
			const guint before = all->len;
			address_found(all, line, before_line, g_ptr_array_index(addresses, i), received, returned);
			if (all->len > before)
				((Found *)g_ptr_array_index(all, before))->start = p;
		}
		g_free(before_line);
		before_line = g_steal_pointer(&line);
		p += length + (p[length] == '\n');
	}
	return all;
}

/* Where all are ours, hardly one is meant, the less if it is known for whom the mail was (`addressed`). */
static void best_keep(GPtrArray *all, const char *notice, gboolean addressed)
{
	Place best = PLACE_NONE;
	gboolean ours = TRUE;
	for (guint i = 0; i < all->len; i++)
		ours = ours && ((const Found *)g_ptr_array_index(all, i))->ours;
	for (guint i = all->len; i-- > 0;)
		if (((const Found *)g_ptr_array_index(all, i))->ours && !ours)
			g_ptr_array_remove_index(all, i);
	for (guint i = 0; i < all->len; i++)
		best = MIN(best, ((const Found *)g_ptr_array_index(all, i))->place);
	for (guint i = all->len; i-- > 0;)
		if (((const Found *)g_ptr_array_index(all, i))->place > best || (ours && best > (addressed ? PLACE_FIRST : PLACE_AFTER_WORDS)))
			g_ptr_array_remove_index(all, i);
	const char *end = notice + strlen(notice);
	for (guint i = all->len; i-- > 0;) {
		Found *found = g_ptr_array_index(all, i);
		found->end = end;
		end = found->start;
	}
}

/* All lines of the notice with this address in them, and each one's next where it goes on. */
static char *lines_about(const char *notice, const char *address)
{
	GString *lines = g_string_new(NULL);
	gboolean goes_on = FALSE;
	for (const char *p = notice; *p != '\0';) {
		const gsize length = strcspn(p, "\n");
		g_autofree char *line = g_strndup(p, length);
		const gboolean has = strstr(line, address) != NULL;
		if (has || (goes_on && strchr(line, '@') == NULL))
			g_string_append_printf(lines, "%s\n", line);
		goes_on = has;
		p += length + (p[length] == '\n');
	}
	return g_string_free(lines, FALSE);
}

/* What is said behind the address, else in the lines that name it, else, of the only one, anywhere. */
static void found_add(const Found *found, const Returned *returned, gboolean only, gboolean delayed, Received *received)
{
	ReceivedRecipient *recipient = recipient_new(g_strdup(found->origin != NULL ? found->origin : found->address));
	if (found->origin != NULL)
		g_ptr_array_add(recipient->alternatives, g_strdup(found->address));
	recipient->action = delayed ? RECEIVED_DELAYED : RECEIVED_FAILED;
	g_autofree char *own = found->start != NULL ? g_strndup(found->start, (gsize)(found->end - found->start)) : g_strdup("");
	g_autofree char *about = lines_about(returned->notice, found->address);
	if (!recipient_judge(recipient, own) && !recipient_judge(recipient, about) && (!only || !recipient_judge(recipient, returned->notice)))
		recipient_judge(recipient, own);
	recipient_add(received, recipient);
}

/* By the subject; a text may also say that it was permanent, or would be. */
static gboolean is_delayed(const Received *received, const Returned *returned)
{
	g_autofree char *title = bounce_words_fold(received->subject != NULL ? received->subject : ""), *words = bounce_words_fold(returned->notice);
	return bounce_words_delayed(title) || (bounce_words_delayed(words) && !bounce_words_for_good(words));
}

/* The header names them; the text says the rest. */
static gboolean failed_recipients_read(const MimeEntity *mail, const Returned *returned, gboolean delayed, const GPtrArray *all, Received *received)
{
	g_autofree char *value = mime_field(mail, "X-Failed-Recipients");
	g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
	mail_address_collect(value != NULL ? value : "", addresses, RECEIVED_MAX_RECIPIENTS);
	for (guint i = 0; i < addresses->len; i++) {
		const char *address = g_ptr_array_index(addresses, i);
		Found named = {.address = (char *)address};
		for (guint j = 0; j < all->len; j++) {
			const Found *found = g_ptr_array_index(all, j);
			if (g_ascii_strcasecmp(found->address, address) == 0 && named.start == NULL)
				named = *found;
		}
		if (named.start == NULL && addresses->len == 1 && all->len == 1) { /* it went on to there */
			named = *(const Found *)g_ptr_array_index(all, 0);
			named.origin = (char *)address;
		}
		found_add(&named, returned, addresses->len == 1, delayed, received);
	}
	return addresses->len > 0;
}

/* The notice names nobody, but the mail that came back went to one person. */
static void addressee_read(const Returned *returned, gboolean delayed, Received *received)
{
	const Found found = {.address = returned->addressee};
	if (returned->addressee != NULL)
		found_add(&found, returned, TRUE, delayed, received);
}

void bounce_text_read(const MimeEntity *mail, const Returned *returned, gboolean report, Received *received)
{
	const gboolean delayed = is_delayed(received, returned);
	g_autoptr(GPtrArray) all = addresses_find(returned->notice, received, returned);
	best_keep(all, returned->notice, returned->addressee != NULL && !report);
	if (failed_recipients_read(mail, returned, delayed, all, received))
		return;
	g_autoptr(GPtrArray) different = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < all->len; i++) {
		const Found *found = g_ptr_array_index(all, i);
		if (!mail_address_among(different, found->address))
			g_ptr_array_add(different, g_strdup(found->address));
	}
	for (guint i = 0; i < all->len; i++)
		found_add(g_ptr_array_index(all, i), returned, different->len == 1, delayed, received);
	if (all->len == 0 && !report)
		addressee_read(returned, delayed, received);
}

static gboolean is_vague(const char *status)
{
	return status == NULL || g_str_has_suffix(status, ".0.0");
}

void bounce_text_complete(const Returned *returned, Received *received)
{
	for (guint i = 0; i < received->recipients->len; i++) {
		ReceivedRecipient *recipient = g_ptr_array_index(received->recipients, i);
		g_autofree char *about = lines_about(returned->notice, recipient->address);
		g_autofree char *exact = is_vague(recipient->status) ? status_find(about) : NULL;
		if (is_vague(recipient->status) && is_vague(exact) && received->recipients->len == 1) {
			g_free(exact);
			exact = status_find(returned->notice);
		}
		if (exact == NULL || (recipient->status != NULL && *exact != *recipient->status))
			continue;
		g_free(recipient->status);
		recipient->status = g_steal_pointer(&exact);
		recipient_judge(recipient, recipient->diagnostic != NULL ? recipient->diagnostic : about);
	}
}

static char *field_fold(const MimeEntity *mail, const char *name)
{
	g_autofree char *value = mime_field(mail, name);
	return bounce_words_fold(value != NULL ? value : "");
}

gboolean bounce_text_is_one(const MimeEntity *mail, const Returned *returned)
{
	g_autofree char *failed = mime_field(mail, "X-Failed-Recipients"), *path = mime_field(mail, "Return-Path");
	g_autofree char *sender = field_fold(mail, "From"), *title = field_fold(mail, "Subject"), *words = bounce_words_fold(returned->notice);
	const gboolean server = bounce_words_sender(sender), nobody = path != NULL && (g_str_equal(path, "<>") || g_ascii_strncasecmp(path, "<MAILER-DAEMON", 14) == 0);
	const gboolean titled = bounce_words_subject(title), worded = bounce_words_failed(words) || bounce_words_delayed(words);
	if (failed != NULL)
		return TRUE;
	if (!server && (bounce_words_answer(title) || bounce_words_forward(title)))
		return FALSE;
	const guint signs = (guint)titled + (guint)worded + (guint)returned->there;
	return (server && (worded || (titled && (nobody || returned->there)))) || (nobody && signs >= 2) || signs == 3;
}

gboolean bounce_text_may_be_one(const MimeEntity *mail, const Returned *returned)
{
	g_autofree char *title = field_fold(mail, "Subject"), *words = bounce_words_fold(returned->notice);
	return bounce_words_subject(title) && bounce_words_failed(words);
}

/* What templates see: a mail's facts as a JSON object, in its reader's words and notation. Every text of a document, a directory or a person is cleaned to
 * one line and cut to a bearable length here. Pure. */
#ifndef MAIL_CONTEXT_H
#define MAIL_CONTEXT_H

#include "codec/json.h"
#include "mail/compose.h"
#include "mail/language.h"
#include "mail/logo.h"
#include "mail/palette.h"

/* NULL-ended: every name a template may ask for, at the root or in an item. */
const char *const *context_names(void);

typedef enum { CONTEXT_REMINDER, CONTEXT_REQUEST, CONTEXT_CANCEL, CONTEXT_NEWS } ContextKind;

typedef struct {
	const Language *language;
	Json *words;
	const Palette *palette;
	const char *organisation;
	const char *public_url; /* NULL: no links */
	const Logo *logo;       /* that the mail carries; NULL: none */
} ContextHouse;

/* Owned by the caller. */
Json *context_new(const ContextHouse *house, const MailRequest *request, ContextKind kind);

/* The same for a notice: `letter` is its recipient, calendar and instant, without items. */
Json *context_notice_new(const ContextHouse *house, const MailRequest *letter, const MailNotice *notice);

/* The same for the summary of the week. */
Json *context_summary_new(const ContextHouse *house, const MailRequest *letter, const MailSummary *summary);

/* The same for a question. */
Json *context_question_new(const ContextHouse *house, const MailRequest *letter, const MailQuestion *question);

/* Where the approval is looked at after log-in: "https://host/a/ID"; NULL without a public URL. Owned by the caller. */
char *context_link(const char *public_url, const char *approval);

/* Where what an entry holds is looked at: its one approval, or the reader's list of all, "https://host/a/". Owned by the caller; NULL as above. */
char *context_page(const char *public_url, const MailRequest *request);

/* One clean line of at most `max` characters, the last "…" where something was cut off. Never NULL; owned by the caller. */
char *context_line(const char *text, guint max);

#endif

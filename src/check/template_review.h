/* The mails' templates, checked and shown as mails: what `akkoord template` does. */
#ifndef CHECK_TEMPLATE_REVIEW_H
#define CHECK_TEMPLATE_REVIEW_H

#include "base/invocation.h"

/* What is to be shown, in words as somebody gives them; NULL: the usual. */
typedef struct {
	const char *dir;      /* templates of one's own, in place of those that akkoord.conf names */
	const char *kind, *tone, *language;
	const char *invoice;  /* NULL: made-up ones */
	const char *part;     /* text, html, eml */
	gboolean single;      /* one made-up invoice */
} TemplateOrder;

/* ERROR_CONFIG names all that is wrong with the templates, one a line. The house style is that of akkoord.conf, made up where there is none. */
gboolean template_review_check(const Invocation *invocation, const char *dir, GError **error);

/* That part of the mail; the text begins with the subject. ERROR_USAGE: a word that is none of those wanted; else as above, and as specimen_compose_real(). Owned by the caller. */
GBytes *template_review_show(const Invocation *invocation, const TemplateOrder *order, GError **error);

#endif

/* One sign alone proves nothing: people write of mails that came back too. */
#include "inbound/bounce_sign.h"

#include "inbound/bounce_words.h"

#include <string.h>

static char *field_fold(const MimeEntity *mail, const char *name)
{
	g_autofree char *value = mime_field(mail, name);
	return bounce_words_fold(value != NULL ? value : "");
}

gboolean bounce_sign_is_one(const MimeEntity *mail, const Returned *returned)
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

gboolean bounce_sign_may_be_one(const MimeEntity *mail, const Returned *returned)
{
	g_autofree char *title = field_fold(mail, "Subject"), *words = bounce_words_fold(returned->notice);
	return bounce_words_subject(title) && bounce_words_failed(words);
}

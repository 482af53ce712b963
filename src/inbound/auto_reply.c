/* Tables of marks. X-Auto-Response-Suppress is none of them: Exchange sets it on what people write. */
#include "inbound/auto_reply.h"

#include "inbound/bounce_words.h"

#include <string.h>

/* A field with a value that contains this; "": whatever its value, but "no". */
static const struct {
	const char *name, *value;
} marks[] = {
	{"Auto-Submitted", "auto-replied"}, {"X-Autoreply", ""}, {"X-Autorespond", ""}, {"X-Autoresponse", ""}, {"X-Autoreply-From", ""}, {
	"X-Auto-Reply", ""}, {"X-Mail-Autoreply", ""},
	{"X-Apple-Action", "vacation"}, {"Precedence", "auto_reply"}, {"Precedence", "auto-reply"}, {"X-Precedence", "auto_reply"}, {"Preference",
	"auto_reply"}, {"X-POST-MessageClass", "autoresponder"},
	{"X-Vacation", ""}, {"X-FC-MachineGenerated", "true"}, {"Delivered-To", "autoresponder"}, {"X-Loop", "vacation"},
};

static const char *const subject_starts[] = {
	"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "auto:", "automatic response",
	"out of office", "out-of-office", "out of the office", "vacation", "on vacation", "away from", "i am away", "abwesenheit", "automatische antwort",
	"automatisch antwoord", "afwezig", "respuesta automática", "respuesta automatica", "fuera de la oficina", "réponse automatique",
	"reponse automatique", "absence du bureau", "risposta automatica", "resposta automática", "resposta automatica", "automatyczna odpowiedź",
	"autosvar", "automaattinen vastaus", "自动回复", "自動応答", "自動返信", "автоответ", "read:", "gelesen:", "gelezen:", "leído:", "lu :", "lu:", NULL,
};

static const char *const subject_parts[] = {
	"(automatic response)", "(auto reply)", "(autoreply)", "[auto-reply]", "[autoreply]", "out of office autoreply", "out of office:", NULL,
};

static const char *const challenges[] = {
	"guest list", "prove that you are", "prove you are", "confirm that you are a human", "sender verification", "verify your email",
	"verify that you", "confirm your email address", "approved senders list", "one-time automated message", "whitelist request", "challenge-response",
	"challenge/response", "spam protection service", "must be confirmed before", "authenticate your", "allowed list", "account is protected by", NULL,
};

static gboolean contains_any(const char *folded, const char *const *phrases)
{
	for (; *phrases != NULL; phrases++)
		if (strstr(folded, *phrases) != NULL)
			return TRUE;
	return FALSE;
}

gboolean auto_reply_is_titled(const MimeEntity *mail)
{
	g_autofree char *subject = mime_field(mail, "Subject");
	g_autofree char *folded = bounce_words_fold(subject != NULL ? subject : "");
	for (gsize i = 0; subject_starts[i] != NULL; i++)
		if (g_str_has_prefix(folded + strspn(folded, "[(<* "), subject_starts[i]))
			return TRUE;
	return contains_any(folded, subject_parts);
}

static gboolean field_tells(const MimeEntity *mail, const char *name, const char *wanted)
{
	g_autofree char *value = mime_field(mail, name);
	g_autofree char *folded = bounce_words_fold(value != NULL ? value : "");
	return value != NULL && !g_str_equal(folded, "no") && strstr(folded, wanted) != NULL;
}

gboolean auto_reply_is_one(const MimeEntity *mail)
{
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (field_tells(mail, marks[i].name, marks[i].value))
			return TRUE;
	g_autofree char *answers = mime_field(mail, "In-Reply-To");
	return (answers != NULL && field_tells(mail, "Auto-Submitted", "auto-")) || auto_reply_is_titled(mail);
}

gboolean auto_reply_is_challenge(const MimeEntity *mail, const char *text)
{
	g_autofree char *from = mime_field(mail, "From");
	g_autofree char *sender = bounce_words_fold(from != NULL ? from : ""), *folded = bounce_words_fold(text);
	return !bounce_words_sender(sender) && contains_any(folded, challenges);
}

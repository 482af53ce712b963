/* Phrases are casefolded, with single blanks, and matched anywhere in the text, but for those that stand before an address. */
#include "inbound/bounce_words.h"

#include <string.h>

typedef struct {
	const char *status;
	const char *const *phrases;
} Meaning;

#define PHRASES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* In the order in which they are believed: who is unknown is unknown, however long it was tried. */
static const Meaning meanings[] = {
	{"5.7.1", PHRASES("may not have permission", "sender verify", "sender address rejected", "sender address does not exist", "sender domain",
	                  "domain of sender")},
	{"5.1.1", PHRASES("user unknown", "unknown user", "no such user", "user not found", "user does not exist", "unknown recipient",
	                  "recipient unknown", "no mailbox here", "mailbox not found", "no such mailbox", "no such recipient", "no such address",
	                  "no such account", "no such person", "no such local user", "recipient not found", "address not found",
	                  "recipient does not exist", "mailbox does not exist", "address does not exist", "account does not exist", "does not exist here",
	                  "invalid recipient", "invalid mailbox", "invalid user", "no account by that name", "unknown address", "address unknown",
	                  "unknown local", "recipient name is not recognized", "unknown or illegal", "user doesn't have a", "does not have an account",
	                  "not a registered gateway user", "not a registered user", "not a valid mailbox", "not a valid user", "no user by that name",
	                  "recipient no longer", "invalid final delivery userid", "nosuchuser", "did not exactly match", "no matches to nameserver query",
	                  "account not found", "account that you tried to reach does not exist", "unrouteable address", "not listed in domino",
	                  "not listed in public", "not listed in the directory", "isn't in our directory", "not our customer",
	                  "address couldn't be found", "address could not be found", "no valid recipients", "nicht vorhanden", "nicht erkannt",
	                  "niet herkend", "pas reconnu", "no se reconoce", "no longer valid", "user doesn't exist", "not known here", "unknown mailbox",
	                  "no local mailbox", "not a known user", "adresse wurde nicht gefunden", "empfänger wurde nicht gefunden", "adres niet gevonden",
	                  "mailbox niet gevonden", "introuvable", "inexistant", "no se encontró", "non esiste", "ist nicht bekannt", "onbekend adres",
	                  "リストにありません", "empfänger unbekannt", "unbekannter empfänger", "benutzer unbekannt", "unbekannter benutzer", "adresse unbekannt",
	                  "existiert nicht", "existe pas", "no existe", "bestaat niet", "onbekende gebruiker", "utente sconosciuto",
	                  "utilisateur inconnu", "adresse inconnue", "usuario desconocido", "não existe", "user not known", "not a valid recipient", "check if address is correct",
	                  "not a final email delivery point", "have a final email delivery point", "recipient not known", "recipient is unknown",
	                  "user is unknown", "address is unknown", "address is invalid", "recipient address is invalid", "unknown account",
	                  "no longer employed", "no longer works", "no longer with", "has left the company", "destinatario sconosciuto",
	                  "destinatario desconocido", "usuário desconhecido", "usuário inexistente", "destinatário desconhecido", "nieznany użytkownik",
	                  "gebruiker onbekend", "ontvanger onbekend", "destinataire inconnu", "пользователь не найден", "нет такого пользователя")},
	{"5.2.1", PHRASES("account has been disabled", "account is disabled", "account disabled", "mailbox disabled", "mailbox is disabled",
	                  "disabled or discontinued", "account is inactive", "user is not active", "user not active", "account not active",
	                  "account is not active", "account inactive", "mailbox is inactive", "inactive user", "user suspended", "account suspended",
	                  "account has been suspended", "deactivated", "account closed", "account has been closed", "mailbox unavailable",
	                  "mailbox is unavailable", "ha expirado por falta de uso", "account has expired", "account expired", "mailbox has expired",
	                  "mailbox currently suspended", "mailbox suspended", "mailbox is suspended", "mailbox has been closed", "account is closed",
	                  "account has been deleted", "mailbox has been deleted", "is no longer active", "no longer in use", "konto gesperrt",
	                  "postfach gesperrt", "compte désactivé", "account gesloten")},
	{"5.2.2", PHRASES("mailbox full", "mailbox is full", "mailbox is over", "mail box full", "folder is full", "mailfolder is full", "full mailbox",
	                  "over quota", "overquota", "quota exceeded", "exceeded quota", "exceeded their quota", "exceeding their quota", "exceeds quota",
	                  "exceeded the local limit", "exceeded storage", "exceeded its storage", "over its quota", "over their quota",
	                  "out of storage space", "quota limit", "exceeded his", "mailbox size limit", "mailbox exceeds", "insufficient disk space",
	                  "postfach voll", "postfach ist voll", "boîte pleine", "buzón lleno", "mailbox vol", "over disk quota",
	                  "quota usage exceeded", "zuviele mails", "zu viele mails", "zu viele nachrichten", "too many messages on the server",
	                  "too many messages in the mailbox", "too many messages in mailbox", "not enough storage space", "storage quota", "quota is full",
	                  "quota full", "boite pleine", "boîte aux lettres pleine", "casella piena", "buzon lleno", "caixa cheia",
	                  "postvak vol", "postbus vol", "skrzynka pełna", "ящик переполнен", "espacio en casilla")},
	{"5.3.4", PHRASES("message too large", "message is too large", "message size exceeds", "too big", "exceeds maximum message size",
	                  "exceeds size limit", "larger than the maximum", "exceeds the maximum", "message size limit", "exceeds fixed",
	                  "exceeded the maximum", "exceeded maximum", "maximum message size", "zu groß", "te groot", "trop volumineux")},
	{"5.1.2", PHRASES("host unknown", "unknown host", "host not found", "domain not found", "no such domain", "unknown domain",
	                  "domain does not exist", "nxdomain", "unrouteable mail domain", "couldn't find any host named", "could not find host",
	                  "no mx record", "bad destination host", "illegal host/domain", "no mx found", "domain is unknown",
	                  "domain is not found", "no such host", "unknown mail domain", "dns lookup failure: host")},
	{"5.1.3", PHRASES("bad address syntax", "illegal address", "address syntax")},
	{"5.1.1", PHRASES("does not exist", "doesn't exist")},
	{"5.7.1", PHRASES("spam", "blacklist", "blocklist", "black list", "blocked using", "access denied", "relaying denied", "relay access denied",
	                  "unable to relay", "relay not permitted", "not permitted to relay", "open relay", "not allowed", "not authorized",
	                  "not accepting mail", "rejected for policy", "policy reasons", "policy violation", "message content rejected",
	                  "rejected due to", "rejected by content", "virus", "banned", "prohibited", "sender denied", "sender rejected",
	                  "sender address rejected", "dmarc", "spf check", "message refused", "not have permission", "authentication required",
	                  "unauthenticated")},
	{"5.3.0", PHRASES("command died with", "mailer error")},
	{"5.4.6", PHRASES("too many hops", "mail loop", "message looping", "message is looping", "loops back to myself", "mail loops back")},
	{"4.4.7", PHRASES("in the queue too long", "too long in the queue", "retry timeout exceeded", "envelope expired", "message expired",
	                  "delivery time expired", "delivery period expired", "multiple retries", "retry time not reached", "failing for a long time",
	                  "queue too long", "maximum queue", "retry limit", "expired after", "attempts have failed", "failed 10 attempts",
	                  "could not be delivered for", "was not delivered within", "giving up", "could not deliver for the last",
	                  "was aborted after", "aborted after", "not been collected after", "within the allowed queue period", "stopped trying", "attempts:",
	                  "number of retries", "queue lifetime", "time limit expired", "too old")},
	{"4.4.1", PHRASES("timed out", "timeout", "connection refused", "could not connect", "couldn't connect", "cannot connect", "can't connect",
	                  "unable to connect", "accept our requests to connect", "no route to host", "unreachable", "not responding", "socket error",
	                  "connection dropped", "lost connection", "connection reset", "network error", "connection died", "host not reachable",
	                  "establish an smtp connection")},
	{"4.4.3", PHRASES("host name lookup failure", "name server failure", "dns failure", "temporary lookup failure", "nameserver error",
	                  "cname lookup failed temporarily", "dns error")},
	{"4.0.0", PHRASES("temporarily", "temporary", "not accepting connections", "too many errors", "too many messages", "try again later", "deferred",
	                  "greylist", "graylist", "too many connections")},
};

static const char *const for_good[] = {
	"permanent error", "permanent fatal error", "permanent failure", "failed permanently", "unrecoverable error", "permanently rejected",
	"has been a permanent", "no further delivery attempts", "was rejected", "rejected by", "refused", "cannot accept", "permanently",
	"groups.google.com/support", NULL,
};

static const char *const delayed[] = {
	"warning message only", "this is a warning only", "delivery incomplete", "will retry for", "do not need to resend", "don't need to resend",
	"will be retried", "being retried", "has been delayed", "delivery delayed", "delivery is delayed", "(delay)", "status notification (delay",
	"still trying", "keep trying", "will continue to try", "continue to be attempted", "attempts will continue", "will try again",
	"not yet been delivered", "has not been delivered yet", "could not be delivered yet", "not been able to deliver",
	"no action is required on your part", "delayed mail", "temporarily delayed", "wird weiter versucht", "verzögert", "wordt opnieuw geprobeerd",
	"vertraagd", NULL,
};

static const char *const asks[] = {
	"requires confirmation", "require confirmation", "must be confirmed", "to confirm this mail", "sender not pre-approved", "challenge", NULL,
};

static const char *const failed[] = {
	"not be delivered", "cannot be delivered", "can't be delivered", "couldn't be delivered", "not delivered", "unable to deliver", "able to deliver",
	"couldn't deliver", "could not deliver", "cannot deliver", "error delivering", "problem delivering", "failed to deliver",
	"delivery to the following", "delivery has failed", "delivery failed", "did not reach", "undeliverable", "undelivered", "undeliverd",
	"fatal errors", "delivery problems", "delivery errors", "following address", "following recipient", "delivery failure", "delivery error",
	"delivery status", "has been delayed", "message was rejected", "was rejected", "sent was rejected", "returned to sender", "returned mail",
	"failure reasons", "transcript of session", "error has occurred while attempting", "error occurred while trying", "message expired",
	"server message", "rcpt to", "could not be sent", "can not be delivered", "non-deliverable", "nondeliverable", "not deliverable",
	"did not receive", "problem with the e-mail address", "message not delivered", "failed recipient", "failed addresses", "recipients were affected",
	"wasn't delivered", "may not exist", "nicht erreicht", "niet bereikt", "n'a pas atteint", "n'est pas parvenu", "no se ha entregado",
	"no ha llegado", "has not yet been", "was rejected", "unable to send", "mailbox is full", "mailbox exceeds", "no such user", "user unknown",
	"error sending your mail", "trouble delivering", "rejected recipient", "address to which your message was addressed", "unknown user",
	"invalid final delivery userid", "failed 10 attempts", "konnte nicht zugestellt", "nicht zugestellt werden", "unzustellbar", "kon niet worden",
	"niet worden bezorgd", "niet worden afgeleverd", "onbestelbaar", "n'a pas pu", "n'a pu être", "non remis", "pas été remis", "no se pudo entregar",
	"no se ha podido entregar", "no pudo ser entregado", "non è stato possibile", "non è stato recapitato", "não pôde ser entregue",
	"не может быть доставлен", "не доставлен", "送信できませんでした", "配信できません", "送信に失敗", "お届けできません", "无法发送", "無法", "nie może zostać", "nie został", NULL,
};

static const char *const subjects[] = {
	"undeliver", "delivery failure", "failure notice", "failure delivery", "returned mail", "returned email", "delivery status",
	"delivery notification", "delivery failed", "delivery has failed", "delivery problem", "delivery error", "delivery report", "non-delivery",
	"nondelivery", "non delivery", "mail system error", "mail error", "mail failure", "failed mail", "user unknown", "bounce",
	"could not be delivered", "could not deliver", "cannot be delivered", "not delivered", "returning message to sender", "returned to sender",
	"delayed", "delivery delay", "message status", "mail delivery", "message delivery", "message you sent blocked", "mail returned", "returned -",
	"rejected", "unzustellbar", "nicht zugestellt", "zustellung", "onbestelbaar", "niet bezorgd", "niet afgeleverd", "non remis", "non distribu",
	"échec de", "no entregado", "no se pudo", "devuelto", "devolvido", "mancata consegna", "impossibile", "falha na entrega", "доставлен", "送信", "配信",
	"配送", "メール", "退信", "退回", "nie dostarczon", "niedostarcz", NULL,
};

static const char *const answers[] = {"re:", "aw:", "antw:", "sv:", "vs:", "rif:", "ref:", "r:", "odp:", "res:", "re :", NULL};
static const char *const forwards[] = {"fw:", "fwd:", "wg:", "doorst:", "tr:", "rv:", "i:", "enc:", NULL};

static const char *const senders[] = {
	"mailer-daemon", "mailer daemon", "post_master", "post-master", "ndr administrator", "mailerdaemon", "maildaemon", "mail-daemon", "mail daemon",
	"postmaster", "post office", "mail delivery", "mail.delivery", "maildelivery", "mail deliver ", "mdaemon", "delivery subsystem",
	"delivery system", "system administrator", "mail administrator", "internet mail delivery", "microsoftexchange", "microsoft outlook",
	"automated response from", "bounce", "mail-system", "mail system", NULL,
};

/* As they end. */
static const char *const before_recipient[] = {
	"delivered to", "deliver to", "delivery to", "delivered to:", "mail to", "message to", "your mail to", "your message to", "mail to:",
	"message to:", "your message for", "undeliverable to", "undeliverable:", "address:", "addresses:", "mail address:", "recipient address:",
	"recipient:", "recipients:", "recipient(s):", "userid:", "user:", "full:", "unknown:", "attempts:", "failed:", "unknown user:", "illegal user:",
	"mailbox:", "addressed,", "à", "pour", "an:", "aan:", "rejected recipient", "original recipient:", "final recipient:", "addressed to:", "sent to",
	"sent to:", "the user", "the mailbox", "mailbox for", "local mailbox", "the account", "the recipient", "recipient", "user", "delivery failed to:", "empfänger:",
	"destinataire", "destinataire:", "destinatario:", "destinatario", "geadresseerde:", "naar:", "a:", "para:", "intended recipient:", "error-for:", "smtp=",
	"to the following address:", "email address", "the address", "address", NULL,
};

/* Whoever stands behind these is to be asked. */
static const char *const before_contact[] = {
	"please", "contact", "assistance", "question", "further", "bitte", "veuillez", "por favor", "neem ", "in case of", NULL,
};

static const char *const before_origin[] = {
	"generated from", "generated by", "expanded from", "forwarded from", "aliased from", "expanded from:", "generated from:", "original address:", "originally addressed to", NULL,
};

char *bounce_words_fold(const char *text)
{
	g_autofree char *folded = g_utf8_casefold(text, -1);
	GString *out = g_string_sized_new(strlen(folded));
	for (const char *p = folded; *p != '\0'; p++) {
		const gboolean blank = g_ascii_isspace(*p);
		if (!blank)
			g_string_append_c(out, *p);
		else if (out->len > 0 && out->str[out->len - 1] != ' ')
			g_string_append_c(out, ' ');
	}
	return g_string_free(out, FALSE);
}

static gboolean has_any(const char *folded, const char *const *phrases)
{
	for (; *phrases != NULL; phrases++)
		if (strstr(folded, *phrases) != NULL)
			return TRUE;
	return FALSE;
}

static gboolean ends_with_any(const char *folded, const char *const *phrases)
{
	g_autofree char *text = g_strdup(folded);
	gsize length = strlen(text);
	while (length > 0 && strchr(" <\"'([", text[length - 1]) != NULL)
		text[--length] = '\0';
	for (; *phrases != NULL; phrases++) {
		const gsize size = strlen(*phrases);
		if (g_str_has_suffix(text, *phrases) && (length == size || !g_ascii_isalnum(text[length - size - 1])))
			return TRUE;
	}
	return FALSE;
}

static const char *status_among(const char *folded)
{
	for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++)
		if (has_any(folded, meanings[i].phrases))
			return meanings[i].status;
	return NULL;
}

/* A full mailbox that was tried until the time was up was only ever full for now. */
const char *bounce_words_status(const char *folded)
{
	const char *status = status_among(folded);
	return status != NULL && g_str_equal(status, "5.2.2") && strstr(folded, "retry timeout exceeded") != NULL ? "4.2.2" : status;
}

gboolean bounce_words_for_good(const char *folded)
{
	return has_any(folded, for_good);
}

gboolean bounce_words_delayed(const char *folded)
{
	return has_any(folded, delayed);
}

gboolean bounce_words_asks(const char *folded)
{
	return has_any(folded, asks);
}

gboolean bounce_words_failed(const char *folded)
{
	return has_any(folded, failed);
}

gboolean bounce_words_subject(const char *folded)
{
	return has_any(folded, subjects);
}

static gboolean begins_with_any(const char *folded, const char *const *phrases)
{
	for (; *phrases != NULL; phrases++)
		if (g_str_has_prefix(folded, *phrases))
			return TRUE;
	return FALSE;
}

gboolean bounce_words_answer(const char *folded)
{
	return begins_with_any(folded, answers);
}

gboolean bounce_words_forward(const char *folded)
{
	return begins_with_any(folded, forwards);
}

gboolean bounce_words_sender(const char *folded)
{
	return has_any(folded, senders);
}

/* Or what went wrong, and a colon: "mailbox exceeds allowed size: jo@example.nl". */
gboolean bounce_words_before_recipient(const char *folded)
{
	const char *colon = strrchr(folded, ':');
	const gboolean ends = colon != NULL && colon[1 + strspn(colon + 1, " <\"'([")] == '\0';
	if (has_any(folded, before_contact))
		return FALSE;
	return ends_with_any(folded, before_recipient) || (ends && (has_any(folded, for_good) || has_any(folded, failed) || bounce_words_status(folded) != NULL));
}

gboolean bounce_words_before_origin(const char *folded)
{
	return ends_with_any(folded, before_origin);
}

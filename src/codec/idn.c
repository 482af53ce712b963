/* International domain names. libcurl converts them only under a UTF-8 locale and then asks for SMTPUTF8, which a later hop may refuse:
 * so what leaves this file is ASCII, or an error. */
#include "codec/idn.h"

#include "base/error.h"
#include "base/text.h"
#include <idn2.h>
#include <string.h>

/* libidn2 drops blanks silently ("a b.example" -> "ab.example"): what is ASCII must be a letter, digit, hyphen or dot beforehand. */
static gboolean ascii_is_ldh(const char *domain)
{
	for (const char *p = domain; *p != '\0'; p++)
		if ((guchar)*p < 0x80 && !g_ascii_isalnum(*p) && *p != '-' && *p != '.')
			return FALSE;
	return TRUE;
}

#define LABEL_MAX  63
#define DOMAIN_MAX 253

/* Labels as most domains have them, which only need small letters: none that says how it is encoded ("xn--"). */
static gboolean label_is_plain(const char *label, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if ((guchar)label[i] >= 0x80)
			return FALSE;
	return length > 0 && length <= LABEL_MAX && label[0] != '-' && label[length - 1] != '-' && (length < 4 || label[2] != '-' || label[3] != '-');
}

static gboolean is_plain(const char *domain)
{
	if (strlen(domain) > DOMAIN_MAX)
		return FALSE;
	for (const char *label = domain;; label++) {
		const gsize length = strcspn(label, ".");
		if (!label_is_plain(label, length))
			return FALSE;
		label += length;
		if (*label == '\0')
			return TRUE;
	}
}

char *idn_domain(const char *domain, GError **error)
{
	if (!ascii_is_ldh(domain)) {
		g_autofree char *shown = text_clean_line(domain);
		error_set(error, ERROR_INVALID, "domain %s: a character that no domain name has", shown);
		return NULL;
	}
	if (is_plain(domain)) /* libidn2 says the same, but normalises each label first */
		return g_ascii_strdown(domain, -1);
	char *ascii = NULL;
	const int rc = idn2_to_ascii_8z(domain, &ascii, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_USE_STD3_ASCII_RULES);
	if (rc != IDN2_OK) {
		error_set(error, ERROR_INVALID, "domain %s: %s", domain, idn2_strerror(rc));
		return NULL;
	}
	char *lower = g_ascii_strdown(ascii, -1);
	idn2_free(ascii);
	return lower;
}

char *idn_mail_address(const char *address, GError **error)
{
	g_autofree char *shown = text_clean_line(address);
	const char *at = strrchr(address, '@');
	if (at == NULL || !text_is_mail_address(address)) {
		error_set(error, ERROR_PERMANENT, "%s: not a mail address", shown);
		return NULL;
	}
	g_autofree char *local = g_strndup(address, (gsize)(at - address));
	if (!g_str_is_ascii(local)) {
		error_set(error, ERROR_PERMANENT, "%s: characters beyond ASCII before the @", shown);
		return NULL;
	}
	g_autoptr(GError) cause = NULL;
	g_autofree char *domain = idn_domain(at + 1, &cause);
	if (domain == NULL) {
		error_set(error, ERROR_PERMANENT, "%s: %s", shown, cause->message);
		return NULL;
	}
	g_autofree char *ascii = g_strdup_printf("%s@%s", local, domain);
	if (!text_is_mail_address(ascii)) { /* A-labels are longer: the limits hold for what is sent */
		error_set(error, ERROR_PERMANENT, "%s: the address is too long", shown);
		return NULL;
	}
	return g_steal_pointer(&ascii);
}

gboolean idn_takes_mail(const char *address)
{
	g_autofree char *ascii = address ? idn_mail_address(address, NULL) : NULL;
	return ascii != NULL;
}

/* An address is looked for around each "@": the signs of a dot-atom on both sides (RFC 5322, 3.2.3), and letters beyond ASCII in the domain. */
#include "inbound/mail_address.h"

#include "base/text.h"

#include <string.h>

#define ATOM_SIGNS "!#$%&'*+-/=?^_`{|}~."
#define PART_MAX 254

static gboolean is_local_sign(char c)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr(ATOM_SIGNS, c) != NULL);
}

static gboolean is_domain_sign(char c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || (guchar)c >= 0x80;
}

/* The address around `at`, or NULL. `start` is where looking back ends; *end is set behind it. */
static char *address_around(const char *start, const char *at, const char **end)
{
	const char *local = at, *domain = at + 1;
	while (local > start && at - local < PART_MAX && is_local_sign(local[-1]))
		local--;
	while (local < at && strchr("'`.=", *local) != NULL && !(local[0] == '=' && local[1] == '?')) /* quotes around it; "to=jo@…" after a blank */
		local++;
	if (at - local > 5 && g_ascii_strncasecmp(local, "SMTP=", 5) == 0) /* an attribute of an X.400 address */
		local += 5;
	while (domain - at < PART_MAX && is_domain_sign(*domain))
		domain++;
	*end = domain;
	while (domain > at && strchr(".-", domain[-1]) != NULL)
		domain--;
	g_autofree char *address = g_strndup(local, (gsize)(domain - local));
	return g_utf8_validate(address, -1, NULL) && text_is_mail_address(address) ? g_steal_pointer(&address) : NULL;
}

/* The next address in the text from *p on, which is moved behind it; NULL: no more. */
static char *address_next(const char **p)
{
	const char *start = *p;
	for (const char *at = strchr(start, '@'); at != NULL; at = strchr(start, '@')) {
		const char *end;
		char *address = address_around(start, at, &end);
		start = end > at + 1 ? end : at + 1;
		if (address != NULL) {
			*p = start;
			return address;
		}
	}
	return NULL;
}

char *mail_address_find(const char *text)
{
	const char *angle = text != NULL ? strchr(text, '<') : NULL;
	char *address = angle != NULL ? address_next(&angle) : NULL;
	return address != NULL || text == NULL ? address : address_next(&text);
}

gboolean mail_address_among(const GPtrArray *addresses, const char *address)
{
	for (guint i = 0; i < addresses->len; i++)
		if (g_ascii_strcasecmp(g_ptr_array_index(addresses, i), address) == 0)
			return TRUE;
	return FALSE;
}

void mail_address_collect(const char *text, GPtrArray *addresses, guint max)
{
	char *address;
	while (addresses->len < max && (address = address_next(&text)) != NULL) {
		if (mail_address_among(addresses, address))
			g_free(address);
		else
			g_ptr_array_add(addresses, address);
	}
}

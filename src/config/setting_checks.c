/* Checks of single settings. They refuse what can only be a mistake; whether a server or an entry is really there is for check
 * --online. */
#include "config/setting_checks.h"

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"
#include "domain/selector.h"

#include <string.h>

/* What people/people.c fills in. */
static const char *const lookup_fields[] = {"cost_centre",  "buyer_reference", "order",     "contract", "project",  "supplier",
                                            "supplier_vat", "buyer",           "requester", "number",   "currency", NULL};

static gboolean want(gboolean ok, GError **error, const char *wanted)
{
	if (!ok)
		error_set(error, ERROR_INVALID, "%s", wanted);
	return ok;
}

gboolean check_country(gconstpointer text, GError **error)
{
	const char *country = text;
	const gboolean ok = strlen(country) == 2 && g_ascii_isupper(country[0]) && g_ascii_isupper(country[1]);
	return want(ok, error, "two capital letters such as NL (ISO 3166)");
}

gboolean check_currency(gconstpointer text, GError **error)
{
	return want(currency_exponent(text) >= 0, error, "a currency such as EUR (ISO 4217)");
}

gboolean check_colour(gconstpointer text, GError **error)
{
	const char *colour = text;
	const gboolean ok = colour[0] == '#' && strlen(colour) == 7 && strspn(colour + 1, "0123456789abcdefABCDEF") == 6;
	return want(ok, error, "a colour such as #0b5c8a");
}

gboolean check_store(gconstpointer text, GError **error)
{
	const char *store = text;
	if (g_str_has_prefix(store, "postgresql:"))
		return want(FALSE, error, "sqlite: and a path: \"postgresql:\" comes with a later version");
	return want(g_str_has_prefix(store, "sqlite:") && store[strlen("sqlite:")] != '\0', error,
	            "sqlite: and a path, such as sqlite:/var/lib/akkoord/akkoord.db");
}

/* An address of one of the schemes, with a host, without user, path, query or fragment ("/" may end it). */
static gboolean is_server(const char *text, const char *const *schemes)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NON_DNS, NULL);
	if (!uri || !g_strv_contains(schemes, g_uri_get_scheme(uri)))
		return FALSE;
	const char *path = g_uri_get_path(uri);
	const char *host = g_uri_get_host(uri);
	return host && *host && !strpbrk(host, " \t") && !g_uri_get_userinfo(uri) && (!*path || !strcmp(path, "/")) &&
	       !g_uri_get_query(uri) && !g_uri_get_fragment(uri) && g_uri_get_port(uri) != 0;
}

gboolean check_ldap_uri(gconstpointer text, GError **error)
{
	static const char *const schemes[] = {"ldap", "ldaps", NULL};
	return want(g_str_has_prefix(text, "ldapi://") || is_server(text, schemes), error,
	            "a server such as ldaps://ldap.example.nl (ldap://, ldaps:// or ldapi://)");
}

gboolean check_dn(gconstpointer text, GError **error)
{
	const char *equals = strchr(text, '=');
	return want(equals && equals != text, error, "a distinguished name such as ou=people,dc=example,dc=nl");
}

/* In outline: a part before and one after the only @. */
static gboolean is_at_domain(const char *text)
{
	const char *at = strchr(text, '@');
	return at && at != text && at[1] != '\0' && !strchr(at + 1, '@') && !strpbrk(text, " \t");
}

gboolean check_bind_name(gconstpointer text, GError **error)
{
	return is_at_domain(text) || check_dn(text, error);
}

gboolean check_principal(gconstpointer text, GError **error)
{
	return want(is_at_domain(text), error, "a Kerberos principal such as akkoord@EXAMPLE.NL");
}

gboolean check_attribute(gconstpointer text, GError **error)
{
	const char *name = text;
	const gboolean ok = g_ascii_isalnum(*name) &&
	                    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;_")] == '\0';
	return want(ok, error, "the name of an attribute such as mail");
}

/* In parentheses that pair, and nothing outside them. */
static gboolean is_filter(const char *filter)
{
	int depth = 0;
	for (const char *p = filter; *p; p++) {
		if (*p == '(')
			depth++;
		else if (*p == ')')
			depth--;
		if (depth < 0 || (depth == 0 && p[1] != '\0'))
			return FALSE;
	}
	return depth == 0 && filter[0] == '(' && strpbrk(filter, "=<>~:") != NULL;
}

/* Each {field} is one of those; *count is how many there are. On failure the error names the one that is not. */
static gboolean check_fields(const char *filter, const char *const *fields, guint *count, GError **error)
{
	*count = 0;
	for (const char *open = strchr(filter, '{'); open; open = strchr(open + 1, '{')) {
		g_autofree char *name = g_strndup(open + 1, strcspn(open + 1, "}"));
		if (!g_strv_contains(fields, name)) {
			g_autofree char *known = g_strjoinv(", ", (char **)fields);
			error_set(error, ERROR_INVALID, "in { } one of %s, not \"%s\"", *known ? known : "nothing", name);
			return FALSE;
		}
		(*count)++;
	}
	return TRUE;
}

gboolean check_filter(gconstpointer text, GError **error)
{
	static const char *const none[] = {NULL};
	guint count;
	return want(is_filter(text), error, "a search filter in parentheses such as (objectClass=inetOrgPerson)") &&
	       check_fields(text, none, &count, error);
}

gboolean check_group_filter(gconstpointer text, GError **error)
{
	static const char *const fields[] = {"name", NULL};
	guint count;
	return want(is_filter(text), error, "a search filter in parentheses such as (cn={name})") &&
	       check_fields(text, fields, &count, error) && want(count > 0, error, "a search filter with {name} in it");
}

gboolean check_lookup_filter(gconstpointer text, GError **error)
{
	guint count;
	return want(is_filter(text), error, "a search filter in parentheses such as (ou={cost_centre})") &&
	       check_fields(text, lookup_fields, &count, error);
}

gboolean check_name(gconstpointer text, GError **error)
{
	const char *name = text;
	const gsize length = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
	return want(length > 0 && name[length] == '\0', error, "a name of letters, digits, - and _");
}

gboolean check_transport(gconstpointer text, GError **error)
{
	static const char *const schemes[] = {"smtp", "smtps", NULL};
	const char *transport = text;
	const gboolean is_folder = g_str_has_prefix(transport, "maildir:") && transport[strlen("maildir:")] != '\0';
	return want(is_folder || is_server(transport, schemes), error,
	            "a mail server such as smtp://127.0.0.1:25 (smtp:// or smtps://), or maildir: and a path");
}

gboolean check_address(gconstpointer text, GError **error)
{
	return want(text_is_mail_address(text), error, "a mail address such as akkoord@example.nl");
}

gboolean mailbox_split(const char *mailbox, char **name, char **address)
{
	const char *open = strrchr(mailbox, '<');
	const gsize length = strlen(mailbox);
	g_autofree char *found = open && mailbox[length - 1] == '>' ? g_strndup(open + 1, (gsize)(mailbox + length - 2 - open))
	                                                            : g_strdup(mailbox);
	if (!text_is_mail_address(found))
		return FALSE;
	g_autofree char *before = open ? g_strndup(mailbox, (gsize)(open - mailbox)) : NULL;
	*name = text_clean_or_null(before);
	*address = g_steal_pointer(&found);
	return TRUE;
}

gboolean check_mailbox(gconstpointer text, GError **error)
{
	g_autofree char *name = NULL, *address = NULL;
	const gboolean ok = mailbox_split(text, &name, &address) && !(name && strpbrk(name, "<>\""));
	return want(ok, error, "a name and address such as Akkoord <akkoord@example.nl>");
}

gboolean check_web_url(gconstpointer text, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri ? g_uri_get_scheme(uri) : "";
	const gboolean ok = uri && (!strcmp(scheme, "https") || !strcmp(scheme, "http")) && g_uri_get_host(uri) &&
	                    *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) && !g_uri_get_query(uri) && !g_uri_get_fragment(uri);
	return want(ok, error, "an address such as https://akkoord.example.nl");
}

gboolean check_feed(gconstpointer text, GError **error)
{
	const char *wanted = "an https:// or webcal:// address without a name and password in it, http:// only of this machine, or a file";
	if (!strstr(text, "://"))
		return TRUE;
	g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_HAS_PASSWORD, NULL);
	const char *scheme = uri ? g_uri_get_scheme(uri) : "";
	const gboolean secure = !strcmp(scheme, "https") || !strcmp(scheme, "webcal") || !strcmp(scheme, "webcals");
	return want(uri && (secure || (!strcmp(scheme, "http") && uri_is_local(text))) && g_uri_get_host(uri) && *g_uri_get_host(uri) && !g_uri_get_userinfo(uri),
	            error, wanted);
}

gboolean check_file(gconstpointer path, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return TRUE;
	error_set(error, ERROR_INVALID, "a file that is there: %s is not", (const char *)path);
	return FALSE;
}

gboolean check_secret(gconstpointer path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length = 0;
	if (!check_file(path, error))
		return FALSE;
	if (!g_file_get_contents(path, &text, &length, NULL))
		return TRUE;
	const gsize line = strcspn(text, "\r\n");
	explicit_bzero(text, length);
	if (!line)
		error_set(error, ERROR_INVALID, "a file with the secret in it: it is empty");
	return line > 0;
}

gboolean check_directory(gconstpointer path, GError **error)
{
	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return TRUE;
	error_set(error, ERROR_INVALID, "a folder that is there: %s is not", (const char *)path);
	return FALSE;
}

gboolean check_role(gconstpointer selector, GError **error)
{
	const Selector *leaf = selector;
	while (leaf->inner)
		leaf = leaf->inner;
	return want(leaf->type == SELECTOR_USER || leaf->type == SELECTOR_GROUP, error,
	            "people whom the directory knows by user(), group() or manager() of them");
}

gboolean uri_is_local(const char *uri)
{
	g_autoptr(GUri) parsed = g_uri_parse(uri, G_URI_FLAGS_NON_DNS, NULL);
	const char *host = parsed ? g_uri_get_host(parsed) : NULL;
	return g_str_has_prefix(uri, "ldapi://") || g_str_has_prefix(uri, "maildir:") || text_is_this_machine(host);
}

#include "config/imap_access.h"

#include "base/error.h"
#include "config/log_in.h"
#include "config/setting_checks.h"

#include <string.h>

static gboolean check_imap_url(gconstpointer value, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(value, G_URI_FLAGS_HAS_PASSWORD, NULL);
	const char *scheme = uri ? g_uri_get_scheme(uri) : "";
	const gboolean is_imap = !strcmp(scheme, "imap") || !strcmp(scheme, "imaps");
	if (is_imap && g_uri_get_host(uri) && *g_uri_get_host(uri) && !g_uri_get_userinfo(uri) && !g_uri_get_query(uri) && !g_uri_get_fragment(uri) &&
	    g_utf8_validate(g_uri_get_path(uri), -1, NULL))
		return TRUE;
	error_set(error, ERROR_INVALID, "imaps://host or imaps://host/Folder (imap:// with starttls, or of this machine), without a name and password");
	return FALSE;
}

#define AT(field) .offset = offsetof(ImapAccess, field)
const Option imap_access_options[] = {
	{"url", OPTION_TEXT, AT(url), .required = TRUE, .check = check_imap_url,
         .help = "The server, and the folder after a slash (INBOX where there is none). Nobody else may move mail there."},
	{"starttls", OPTION_FLAG, AT(starttls), "false", .help = "Whether imap:// connections must be encrypted by STARTTLS."},
	{"ca_file", OPTION_PATH, AT(ca_file), .check = check_file, .help = "The certificates to trust, if not the system's."},
	{"user", OPTION_TEXT, AT(user), .required = TRUE, .help = "The name to log in with."},
	{"password_file", OPTION_PATH, AT(password_file), .check = check_secret, .help = "The file whose first line is the password."},
	{"auth", OPTION_WORD, AT(auth), "\"auto\"", .words = log_in_ways,
         .help = "How to log in, as mail.auth. Microsoft 365 takes nothing but xoauth2."},
	{"token_file", OPTION_PATH, AT(token_file), .check = check_file, .help = "With a token: the file whose first line is the access token, as mail.token_file."},
	{"token_command", OPTION_TEXTS, AT(token_command), "[ ]", .may_be_empty = TRUE,
         .help = "With a token, instead: a program that prints an access token, as mail.token_command."},
	{"done", OPTION_TEXT, AT(done), .required = TRUE, .may_be_empty = TRUE,
         .help = "The folder into which each mail is moved once it was taken in, made where it is not there; \"\" deletes it: Akkoord keeps the mail in its store in any case. A mail "
                 "of more than 32 MiB stays where it is."},
	{"every", OPTION_SECONDS, AT(every_s), "\"1min\"", .least = 1, .most = 3600, .help = "How often the daemon looks there; akkoord tick does each time."},
	{"timeout", OPTION_SECONDS, AT(timeout_s), "\"30s\"", .least = 1, .most = 300,
         .help = "How long to wait for the server, which holds up nothing else; three times that for each twenty mails."},
	{0},
};

gpointer imap_access_create(const char *name)
{
	(void)name;
	return g_new0(ImapAccess, 1);
}

void imap_access_free(ImapAccess *access)
{
	if (!access)
		return;
	char *const texts[] = {access->url, access->ca_file, access->user, access->password_file, access->auth, access->token_file, access->done};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_clear_pointer(&access->token_command, g_ptr_array_unref);
	g_free(access);
}

/* What is moved there would be found again for ever. */
static gboolean is_its_own(const ImapAccess *access)
{
	g_autoptr(GUri) uri = g_uri_parse(access->url, G_URI_FLAGS_HAS_PASSWORD, NULL);
	const char *path = uri ? g_uri_get_path(uri) : "";
	return !g_ascii_strcasecmp(access->done, strlen(path) > 1 ? path + 1 : "INBOX");
}

void imap_access_finish(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	const ImapAccess *access = item;
	const gboolean plain = access->url && g_str_has_prefix(access->url, "imap://");
	log_in_check(group, access->auth, access->token_command, reader);
	if (access->url && !plain && access->starttls)
		complain_of_member(reader, group, "starttls", "false, or imap:// in url: imaps:// needs no STARTTLS");
	if (plain && !access->starttls && !uri_is_local(access->url))
		complain_of_member(reader, group, "url", "imaps:// or starttls = true: what one logs in with never goes over the network unencrypted");
	if (access->done && access->url && is_its_own(access))
		complain_of_member(reader, group, "done", "another folder than the one that mails come to");
	warn_of_open_secret(reader, group, "password_file");
	warn_of_open_secret(reader, group, "token_file");
}

char *imap_access_label(const ImapAccess *access)
{
	return g_strdup_printf("%s as %s", access->url, access->user);
}

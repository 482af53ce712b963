/* akkoord.conf: its option tables, and what its settings say together. Each table reads into the one Settings, so the finish
 * functions see what stands beside them; they run also where a member was wrong, so every pointer may be NULL in them. */
#include "config/settings.h"

#include "base/secret.h"
#include "config/log_in.h"
#include "config/setting_checks.h"

#include <string.h>

#define AT(field)        .offset = offsetof(Settings, field)
#define LOOKUP_AT(field) .offset = offsetof(LookupSettings, field)

static gpointer lookup_new(const char *name);
static void finish_bind(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_channel(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_directory(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_mail(const ConfNode *group, gpointer item, const OptionReader *reader);

static const char *const languages[] = {"en", "nl", "es", "de", "fr", NULL};
static const char *const bind_methods[] = {"simple", "external", "gssapi", "none", NULL};
static const char *const nestings[] = {"off", "expand", "in-chain", NULL};

static const Option organisation_options[] = {
	{"name", OPTION_TEXT, AT(organisation), .required = TRUE,
         .help = "The organisation's name, as it stands in mails and reports."},
	{"language", OPTION_WORD, AT(language), "\"en\"", .words = languages,
         .help = "The language of mails to people whose own language is not known."},
	{"country", OPTION_TEXT, AT(country), .check = check_country, .help = "The organisation's country (ISO 3166)."},
	{"currency", OPTION_TEXT, AT(currency), "\"EUR\"", .check = check_currency,
         .help = "The organisation's currency (ISO 4217)."},
	{"logo", OPTION_PATH, AT(logo), .check = check_file,
         .help = "A picture for the head of mails: PNG or JPEG of at most 100 kB, or SVG, which is drawn to a PNG by rsvg-convert (librsvg2-bin); shown up to 220 by 48 pixels. "
                 "Twice that looks sharp. Instead of one that cannot be shown, mails say the name."},
	{"colour", OPTION_TEXT, AT(colour), "\"#0b5c8a\"", .check = check_colour, .help = "The house colour of mails."},
	{0},
};

static const Option bind_options[] = {
	{"method", OPTION_WORD, AT(bind_method), "\"none\"", .required = TRUE, .words = bind_methods,
         .help = "How Akkoord makes itself known to the directory: by a name and password, by its user at ldapi:// (external), by Kerberos "
                 "(gssapi), or not."},
	{"dn", OPTION_TEXT, AT(bind_dn), .check = check_bind_name,
         .help = "With simple: the distinguished name to bind as; in Active Directory also akkoord@example.nl."},
	{"password_file", OPTION_PATH, AT(bind_password_file), .check = check_secret,
         .help = "With simple: the file whose first line is the password."},
	{"keytab", OPTION_PATH, AT(bind_keytab), .check = check_file,
         .help = "With gssapi: the file with the account's keys; without it a ticket must be there already (kinit)."},
	{"principal", OPTION_TEXT, AT(bind_principal), .check = check_principal,
         .help = "With gssapi: the account, such as akkoord@EXAMPLE.NL; without it the first of the keytab."},
	{0},
};

static const Option person_options[] = {
	{"base", OPTION_TEXT, AT(person_base), .check = check_dn,
         .help = "Where people are searched, if not below the directory's base."},
	{"filter", OPTION_TEXT, AT(person_filter), "\"(objectClass=inetOrgPerson)\"", .check = check_filter,
         .help = "Which entries are people."},
	{"id", OPTION_TEXT, AT(person_id), "\"entryUUID\"", .check = check_attribute,
         .help = "The attribute that stays when someone is renamed or moved; objectGUID in Active Directory."},
	{"uid", OPTION_TEXT, AT(person_uid), "\"uid\"", .check = check_attribute,
         .help = "The attribute with the name one logs in with."},
	{"name", OPTION_TEXT, AT(person_name), "\"cn\"", .check = check_attribute, .help = "The attribute with the full name."},
	{"mail", OPTION_TEXT, AT(person_mail), "\"mail\"", .check = check_attribute,
         .help = "The attribute with the mail address."},
	{"mobile", OPTION_TEXT, AT(person_mobile), .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the number of a mobile telephone, for channels that send to one; without it nobody has any."},
	{"manager", OPTION_TEXT, AT(person_manager), "\"manager\"", .check = check_attribute,
         .help = "The attribute with the manager's DN."},
	{"language", OPTION_TEXT, AT(person_language), "\"preferredLanguage\"", .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the languages (a list such as \"sv, nl;q=0.8\"): the best liked of those that mails are written in is taken; empty for none."},
	{"country", OPTION_TEXT, AT(person_country), "\"c\"", .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the country as two letters (ISO 3166: NL), which chooses the calendar; a country's name, as in `co`, says nothing; "
                 "empty for none."},
	{"authority", OPTION_TEXT, AT(person_authority), .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the amount up to which the person may approve, such as 5000.00 EUR; without it nobody is "
                 "limited, but one that is written otherwise (without a currency, 5.000,00 EUR) or several times never suffices."},
	{"disabled", OPTION_TEXT, AT(person_disabled), .may_be_empty = TRUE, .check = check_filter,
         .help = "A filter that fits the entries of people who have left or are locked out."},
	{"expires", OPTION_TEXT, AT(person_expires), .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the end of an account, which then counts as disabled: accountExpires in Active Directory, shadowExpire, or one with a "
                 "time such as 20261231235959Z; without it no account ends."},
	{"deputy", OPTION_TEXT, AT(person_deputy), .may_be_empty = TRUE, .check = check_attribute,
         .help = "The attribute with the DN or the login name of who stands in while the person is away; without it only those named in "
                 "akkoord absence do."},
	{0},
};

static const Option group_options[] = {
	{"base", OPTION_TEXT, AT(group_base), .check = check_dn,
         .help = "Where groups are searched, if not below the directory's base."},
	{"filter", OPTION_TEXT, AT(group_filter), "\"(cn={name})\"", .check = check_group_filter,
         .help = "How a group is found by its name."},
	{"member", OPTION_TEXT, AT(group_member), "\"member\"", .check = check_attribute,
         .help = "The attribute that says who is in a group: member or uniqueMember with the members' DNs, memberUid with their uids, or "
                 "memberOf with the groups' DNs, which stands with the members."},
	{"nested", OPTION_WORD, AT(group_nested), "\"expand\"", .words = nestings,
         .help = "Whether the members of groups in a group belong to it: off, expand (each group is asked for), or in-chain (the server "
                 "follows them, by memberOf, which only Active Directory can do)."},
	{0},
};

static const Option lookup_options[] = {
	{"name", OPTION_TEXT, LOOKUP_AT(name), .required = TRUE, .check = check_name,
         .help = "What the policy calls it: lookup(NAME)."},
	{"base", OPTION_TEXT, LOOKUP_AT(base), .check = check_dn, .help = "Where to search, if not below the directory's base."},
	{"filter", OPTION_TEXT, LOOKUP_AT(filter), .required = TRUE, .check = check_lookup_filter,
         .help = "The search, with fields of the invoice in { }: cost_centre, supplier, supplier_vat, buyer, buyer_reference, order, contract, project, requester, currency, number."},
	{"attribute", OPTION_TEXT, LOOKUP_AT(attribute), .check = check_attribute,
         .help = "The attribute of the entries found that points to the people; without it the entries are the people."},
	{0},
};

static const Option cache_options[] = {
	{"fresh", OPTION_SECONDS, AT(cache_fresh_s), "\"1h\"", .least = 0, .most = 86400,
         .help = "How long an answer of the directory serves without being asked again; 0s for not at all. That nobody was found serves five minutes at most."},
	{"stale_ok", OPTION_SECONDS, AT(cache_stale_ok_s), "\"7d\"", .least = 0, .most = 31 * 86400,
         .help = "How long its last answer serves while the directory does not answer; after that, what needs it waits."},
	{0},
};

static const Option directory_options[] = {
	{"uri", OPTION_TEXTS, AT(uris), .required = TRUE, .check = check_ldap_uri, .help = "The servers (ldap://, ldaps:// or ldapi://), asked in this order: where one does not answer, the next."},
	{"starttls", OPTION_FLAG, AT(starttls), "false", .help = "Whether ldap:// connections must be encrypted by StartTLS."},
	{"ca_file", OPTION_PATH, AT(ca_file), .check = check_file, .help = "The certificates to trust, if not the system's."},
	{"base", OPTION_TEXT, AT(base_dn), .required = TRUE, .check = check_dn,
         .help = "The entry below which everything is searched."},
	{"bind", OPTION_GROUP, .members = bind_options, .finish = finish_bind, .help = "How Akkoord logs in to the directory; without it, it does not."},
	{"person", OPTION_GROUP, .members = person_options, .help = "What a person looks like in the directory."},
	{"group", OPTION_GROUP, .members = group_options, .help = "What a group looks like in the directory."},
	{"lookups", OPTION_LIST, AT(lookups), .may_be_empty = TRUE, .members = lookup_options, .create = lookup_new,
         .help = "Named searches by which the policy finds approvers, such as a cost centre's budget holder."},
	{"timeout", OPTION_SECONDS, AT(directory_timeout_s), "\"5s\"", .least = 1, .most = 300,
         .help = "How long to wait for each answer; nothing else waits that long: decisions and mail that was planned go on meanwhile."},
	{"cache", OPTION_GROUP, .members = cache_options, .help = "How long what the directory said is kept."},
	{0},
};

static const Option mail_options[] = {
	{"transport", OPTION_TEXT, AT(transport), .required = TRUE, .check = check_transport,
         .help = "Where mail goes: a mail server, or maildir: and a folder into which it is written instead."},
	{"starttls", OPTION_FLAG, AT(mail_starttls), "false",
         .help = "Whether smtp:// connections must be encrypted by STARTTLS."},
	{"ca_file", OPTION_PATH, AT(mail_ca_file), .check = check_file,
         .help = "The certificates to trust, if not the system's."},
	{"user", OPTION_TEXT, AT(mail_user), .help = "The name to log in to the mail server with."},
	{"password_file", OPTION_PATH, AT(mail_password_file), .check = check_secret,
         .help = "The file whose first line is the password."},
	{"auth", OPTION_WORD, AT(mail_auth), "\"auto\"", .words = log_in_ways,
         .help = "How to log in: with the password (plain or login; auto takes what the server offers of these), or with a token of OAuth 2.0 (xoauth2), as Microsoft 365 and Google "
                 "want it (oauthbearer, the standard's way, where a server offers that alone). Only over TLS, or to this machine."},
	{"token_file", OPTION_PATH, AT(mail_token_file), .check = check_file,
         .help = "With a token: the file whose first line is the access token, which something else keeps fresh; it is read anew for each mail."},
	{"token_command", OPTION_TEXTS, AT(mail_token_command), "[ ]", .may_be_empty = TRUE,
         .help = "With a token, instead: a program, by its whole path, and its arguments, which prints an access token. It is run without a shell, and again when the server refuses "
                 "the token; it has a minute at most (mail.timeout, where that is less)."},
	{"from", OPTION_TEXT, AT(mail_from_address), .required = TRUE, .check = check_mailbox,
         .help = "The sender that people see, a mailbox that exists: invites are answered to it."},
	{"bounce", OPTION_TEXT, AT(mail_bounce), .check = check_address,
         .help = "The address to which mail servers report what could not be delivered, if not the sender's."},
	{"verp", OPTION_FLAG, AT(mail_verp), "true",
         .help = "Whether each mail has a bounce address of its own, such as bounce+TOKEN@example.nl: only by it is a report of what could not be delivered known to be true, "
                 "and acted on. Only where bounce is set. Its mailbox must take such addresses (Postfix: recipient_delimiter = +); where it does not, set it to false, "
                 "and reports are only shown to the admins."},
	{"redirect_all_to", OPTION_TEXT, AT(redirect_all_to), .may_be_empty = TRUE, .check = check_address,
         .help = "For trials: every mail goes to this address instead; X-Akkoord-Redirected-From in its head says for whom it was."},
	{"allow_list", OPTION_PATH, AT(mail_allow_list),
         .help = "For trials: a file of mail addresses and @domains, one a line, # before a comment; read at each run. Nobody else is written to (of a redirected mail redirect_all_to must "
                 "be on it). What is for others is held back (state withheld), starts no grace, and so no escalation either; once they are on the list, or there is no list, "
                 "each gets what is due by then, in one mail. While the file cannot be read, names nobody or has a wrong line, nothing is sent to anybody."},
	{"timeout", OPTION_SECONDS, AT(mail_timeout_s), "\"5min\"", .least = 1, .most = 1800,
         .help = "How long to wait for each reply."},
	{"connections", OPTION_NUMBER, AT(mail_connections), "4", .least = 1, .most = 64,
         .help = "To the mail server, how many at once: where it takes its time for each message, so many times as fast. It is opened only if there is work for it, and "
                 "where the server lets in fewer, fewer it is."},
	{"templates", OPTION_PATH, AT(template_dir), .check = check_directory,
         .help = "A folder with templates of your own; what is not in it comes with Akkoord."},
	{0},
};

static const Option intake_options[] = {
	{"folders", OPTION_PATHS, AT(intake_folders), "[ ]", .may_be_empty = TRUE, .help = "Folders watched for new invoices, with the folders in them, one level deep."},
	{"csv", OPTION_LIST, AT(csv_mappings), .may_be_empty = TRUE, .may_be_one = TRUE, .members = csv_mapping_options, .create = csv_mapping_create, .finish = csv_mapping_finish,
         .help = "How CSV files of invoices are to be read; which holds for a file, its header row tells. Without any, the header row has to have the names below columns."},
	{0},
};

static const Option inbound_options[] = {
	{"maildirs", OPTION_PATHS, AT(inbound_maildirs), "[ ]", .may_be_empty = TRUE,
         .help = "Maildirs into which a mail server puts what comes to mail.bounce, with or without a token, and to mail.from. Akkoord takes each mail of new/ in at its next pass "
                 "and moves it to cur/. Nobody else may read mail there."},
	{"imap", OPTION_LIST, AT(inbound_imap), .may_be_empty = TRUE, .may_be_one = TRUE, .members = imap_access_options, .create = imap_access_create, .finish = imap_access_finish,
         .help = "Mailboxes from which such mail is fetched by IMAP: one, or a list of them. What is there is taken in and moved away; a server that does not answer, or refuses the "
                 "log-in, holds up nothing else, and is said once, and by akkoord check."},
	{0},
};

static const Option role_options[] = {
	{"admin", OPTION_SELECTORS, AT(role_admin), "[ ]", .may_be_empty = TRUE, .check = check_role,
         .help = "Who looks after Akkoord: they are told by mail what does not go on by itself: invoices that are stuck, mails that were refused, nobody to stand in, a directory that does "
                 "not answer, more approvals than mass_change that would change hands."},
	{"auditor", OPTION_SELECTORS, AT(role_auditor), "[ ]", .may_be_empty = TRUE, .check = check_role,
         .help = "Who may see everything."},
	{0},
};

static const Option web_options[] = {
	{"public_url", OPTION_TEXT, AT(public_url), .check = check_web_url,
         .help = "The address that links in mails begin with; without it there are none. This version serves no pages: set it only where something else answers "
                 "there."},
	OPTION_OF_LATER("listen"),
	OPTION_OF_LATER("trusted_proxies"),
	{0},
};

static const Option options[] = {
	{"organisation", OPTION_GROUP, .required = TRUE, .members = organisation_options, .help = "Whose invoices these are."},
	{"store", OPTION_TEXT, AT(store), .required = TRUE, .check = check_store,
         .help = "Where everything is remembered: sqlite: and a path."},
	{"directory", OPTION_GROUP, .members = directory_options, .finish = finish_directory,
         .help = "The LDAP directory that knows the people. Without it nobody can be asked."},
	{"mail", OPTION_GROUP, .required = TRUE, .members = mail_options, .finish = finish_mail, .help = "How mail is sent."},
	{"intake", OPTION_GROUP, .members = intake_options, .help = "Where invoices come from."},
	{"inbound", OPTION_GROUP, .members = inbound_options,
         .help = "Where mails come in, such as reports of what could not be delivered. A mail server may also hand them to \"akkoord receive\"."},
	{"channels", OPTION_NAMED, AT(channels), .may_be_empty = TRUE, .members = channel_access_options, .create = channel_access_create, .finish = finish_channel,
         .help = "Which of the policy's channels may be called, by name: one that is not here is not, and what was to go by it goes by mail."},
	{"absences", OPTION_TEXTS, AT(absences), "[ ]", .may_be_empty = TRUE, .check = check_feed,
         .help = "iCalendar files or https:// addresses of calendars that say who is absent: events with the person's address as ATTENDEE or ORGANIZER. One that is cancelled, "
                 "declined, or shown as free is none; X-MICROSOFT-CDO-BUSYSTATUS goes before TRANSP. X-AKKOORD-DEPUTY names the deputy's uid. While a calendar cannot be read, "
                 "what it said last counts as long as directory.cache.stale_ok says; then reminders wait. An address with a name and password in it is refused: use the secret "
                 "address that calendars have for this."},
	{"absences_ca_file", OPTION_PATH, AT(absences_ca_file), .check = check_file, .help = "The certificates to trust for these, if not the system's."},
	{"absences_timeout", OPTION_SECONDS, AT(absences_timeout_s), "\"20s\"", .least = 1, .most = 300, .help = "How long to wait for such a calendar."},
	{"roles", OPTION_GROUP, .members = role_options, .help = "Who has a say in Akkoord itself."},
	{"web", OPTION_GROUP, .members = web_options, .help = "Where Akkoord is found on the web."},
	{0},
};

const Option *settings_options(void)
{
	return options;
}

static gpointer lookup_new(const char *name)
{
	LookupSettings *lookup = g_new0(LookupSettings, 1);
	lookup->name = g_strdup(name);
	return lookup;
}

static void free_imap(gpointer data)
{
	imap_access_free(data);
}

static void free_csv_mapping(gpointer data)
{
	csv_mapping_free(data);
}

static void free_channel(gpointer data)
{
	channel_access_free(data);
}

static void lookup_free(gpointer data)
{
	LookupSettings *lookup = data;
	g_free(lookup->name);
	g_free(lookup->base);
	g_free(lookup->filter);
	g_free(lookup->attribute);
	g_free(lookup);
}

static void warn(const OptionReader *reader, const ConfNode *node, const char *wanted)
{
	problems_add(reader->problems, FALSE, reader->origin, node->line, node->path, node->text, "%s", wanted);
}

/* What belongs to one method of logging in alone. */
typedef struct {
	const char *name, *method, *only;
	gboolean is_needed;
} BindMember;

static const BindMember bind_members[] = {
	{"dn", "simple", "this setting only with method = \"simple\"", TRUE},
	{"password_file", "simple", "this setting only with method = \"simple\"", TRUE},
	{"keytab", "gssapi", "this setting only with method = \"gssapi\"", FALSE},
	{"principal", "gssapi", "this setting only with method = \"gssapi\"", FALSE},
};

static void finish_channel(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	(void)item;
	warn_of_open_secret(reader, group, "secret_file");
	warn_of_open_secret(reader, group, "key_file");
}

static void finish_bind(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	const Settings *settings = item;
	for (guint i = 0; settings->bind_method && i < G_N_ELEMENTS(bind_members); i++) {
		const BindMember *member = &bind_members[i];
		const gboolean fits = !strcmp(settings->bind_method, member->method);
		if (fits && member->is_needed && !conf_get(group, member->name))
			complain_of_member(reader, group, member->name, "this setting too: the method is simple");
		else if (!fits && conf_get(group, member->name))
			complain_of_member(reader, group, member->name, member->only);
	}
	warn_of_open_secret(reader, group, "password_file");
	warn_of_open_secret(reader, group, "keytab");
}

static void check_encryption_of_directory(const Settings *settings, const ConfNode *group, const OptionReader *reader)
{
	const gboolean simple = !g_strcmp0(settings->bind_method, "simple");
	for (guint i = 0; settings->uris && i < settings->uris->len; i++) {
		const char *uri = g_ptr_array_index(settings->uris, i);
		const gboolean plain = g_str_has_prefix(uri, "ldap://");
		if (settings->starttls && !plain)
			complain_of_member(reader, group, "starttls",
			                   "false, or only ldap:// servers: the others need no StartTLS");
		else if (simple && plain && !settings->starttls && !uri_is_local(uri))
			warn(reader, conf_get(group, "uri"),
			     "ldaps:// or starttls = true: the password goes over the network unencrypted");
	}
}

static void check_lookups(const Settings *settings, const ConfNode *group, const OptionReader *reader)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const ConfNode *list = conf_get(group, "lookups");
	for (guint i = 0; i < settings->lookups->len; i++) {
		LookupSettings *lookup = g_ptr_array_index(settings->lookups, i);
		if (!lookup->base)
			lookup->base = g_strdup(settings->base_dn);
		if (lookup->name && !g_hash_table_add(seen, lookup->name))
			complain_of_member(reader, conf_at(list, i), "name", "a name that no lookup above has");
	}
}

/* The same people are there however their servers are reached, and whichever of them answers; but another account may see others, or more of them. */
static gboolean says_what_is_found(const ConfNode *node)
{
	static const char *const how[] = {"uri", "starttls", "ca_file", "password_file", "keytab", "cache", "timeout", NULL};
	return !g_strv_contains(how, node->name);
}

static void append_members(GString *text, const ConfNode *node);

static void append_node(GString *text, const ConfNode *node)
{
	g_string_append_printf(text, "%s=%s\n", node->path, node->text ? node->text : "");
	append_members(text, node);
}

static void append_members(GString *text, const ConfNode *node)
{
	for (guint i = 0; node->children && i < node->children->len; i++) {
		const ConfNode *member = node->children->pdata[i];
		if (!member->name || says_what_is_found(member))
			append_node(text, member);
	}
}

static char *fingerprint(const ConfNode *section)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char hex[SHA256_HEX_SIZE];
	append_members(text, section);
	sha256_hex(text->str, text->len, hex);
	return g_strdup(hex);
}

static void finish_directory(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Settings *settings = item;
	settings->has_directory = TRUE;
	settings->directory_fingerprint = fingerprint(group);
	check_encryption_of_directory(settings, group, reader);
	check_lookups(settings, group, reader);
}

static void check_log_in(const Settings *settings, const ConfNode *group, const OptionReader *reader)
{
	const gboolean plain = g_str_has_prefix(settings->transport, "smtp://");
	log_in_check(group, settings->mail_auth, settings->mail_token_command, reader);
	if (settings->mail_user && plain && !settings->mail_starttls && !uri_is_local(settings->transport))
		complain_of_member(reader, group, "transport", "smtps:// or starttls = true: what one logs in with never goes over the network unencrypted");
}

static void check_mail_server(const Settings *settings, const ConfNode *group, const OptionReader *reader)
{
	static const char *const members[] = {"starttls", "ca_file", "user", "password_file", "auth", "token_file", "token_command"};
	if (!settings->transport)
		return;
	if (!g_str_has_prefix(settings->transport, "maildir:")) {
		if (settings->mail_starttls && !g_str_has_prefix(settings->transport, "smtp://"))
			complain_of_member(reader, group, "starttls", "false, or smtp:// as transport: smtps:// needs no STARTTLS");
		check_log_in(settings, group, reader);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(members); i++)
		if (conf_get(group, members[i]))
			complain_of_member(reader, group, members[i], "this setting only with a mail server as transport");
}

static void finish_mail(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Settings *settings = item;
	g_autofree char *mailbox = g_steal_pointer(&settings->mail_from_address);
	if (mailbox)
		mailbox_split(mailbox, &settings->mail_from_name, &settings->mail_from_address);
	settings->mail_verp = settings->mail_verp && settings->mail_bounce;
	if (!settings->mail_bounce)
		settings->mail_bounce = g_strdup(settings->mail_from_address);
	const char *redirect = settings->redirect_all_to;
	if (redirect && settings_is_own_address(settings, redirect))
		complain_of_member(reader, group, "redirect_all_to", "an address other than Akkoord's own");
	check_mail_server(settings, group, reader);
	warn_of_open_secret(reader, group, "password_file");
	warn_of_open_secret(reader, group, "token_file");
}

/* "sqlite:akkoord.db" beside the file becomes "sqlite:/etc/akkoord/akkoord.db". */
static void make_absolute(char **value, const char *prefix, const char *directory)
{
	if (!*value || !g_str_has_prefix(*value, prefix))
		return;
	g_autofree char *path = g_canonicalize_filename(*value + strlen(prefix), directory);
	g_free(*value);
	*value = g_strconcat(prefix, path, NULL);
}

static void drop_trailing_slashes(char *url)
{
	for (gsize length = url ? strlen(url) : 0; length > 0 && url[length - 1] == '/'; length--)
		url[length - 1] = '\0';
}

static void warn_of_absences(const Settings *settings, const ConfNode *root, const OptionReader *reader)
{
	if (!settings->has_directory)
		problems_add(reader->problems, FALSE, reader->origin, 0, "directory", NULL,
		             "a directory: without one no approver can be found");
	const ConfNode *folders = conf_get(conf_get(root, "intake"), "folders");
	for (guint i = 0; i < settings->intake_folders->len; i++) {
		const char *folder = g_ptr_array_index(settings->intake_folders, i);
		if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
			problems_add(reader->problems, FALSE, reader->origin, folders->line, folders->path, folder,
			             "a folder that is there");
	}
	const ConfNode *maildirs = conf_get(conf_get(root, "inbound"), "maildirs");
	for (guint i = 0; settings->inbound_maildirs && i < settings->inbound_maildirs->len; i++) {
		g_autofree char *fresh = g_build_filename(settings->inbound_maildirs->pdata[i], "new", NULL);
		if (!g_file_test(fresh, G_FILE_TEST_IS_DIR))
			problems_add(reader->problems, FALSE, reader->origin, maildirs->line, maildirs->path, settings->inbound_maildirs->pdata[i],
			             "a Maildir that is there, with new and cur in it");
	}
	const ConfNode *fetched = maildirs ? maildirs : conf_get(conf_get(root, "inbound"), "imap");
	if (fetched && settings->mail_bounce && !settings->mail_verp)
		problems_add(reader->problems, FALSE, reader->origin, fetched->line, "mail.verp", NULL,
		             "mail.bounce and verp = true: without them no report of what could not be delivered is known to be true, so nothing is done but to show it");
	const ConfNode *absences = conf_get(root, "absences");
	for (guint i = 0; settings->absences && i < settings->absences->len; i++) {
		const char *feed = g_ptr_array_index(settings->absences, i);
		if (!strstr(feed, "://") && !g_file_test(feed, G_FILE_TEST_IS_REGULAR))
			problems_add(reader->problems, FALSE, reader->origin, absences->line, absences->path, feed, "a file that is there");
	}
}

static Settings *settings_new(const char *path)
{
	Settings *settings = g_new0(Settings, 1);
	g_atomic_ref_count_init(&settings->references);
	settings->path = g_canonicalize_filename(path, NULL);
	settings->uris = g_ptr_array_new_with_free_func(g_free);
	settings->lookups = g_ptr_array_new_with_free_func(lookup_free);
	settings->channels = g_ptr_array_new_with_free_func(free_channel);
	settings->inbound_imap = g_ptr_array_new_with_free_func(free_imap);
	settings->csv_mappings = g_ptr_array_new_with_free_func(free_csv_mapping);
	return settings;
}

/* webcal: is how calendar programs write https: for an address to subscribe to. */
static void place_feeds(GPtrArray *feeds, const char *directory)
{
	for (guint i = 0; feeds && i < feeds->len; i++) {
		char *text = g_ptr_array_index(feeds, i);
		const char *rest = strstr(text, "://");
		if (!rest)
			feeds->pdata[i] = g_canonicalize_filename(text, directory);
		else if (g_ascii_strncasecmp(text, "webcal", strlen("webcal")) == 0)
			feeds->pdata[i] = g_strconcat("https", rest, NULL);
		else
			continue;
		g_free(text);
	}
}

static Settings *read_tree(const char *path, const ConfNode *root, Problems *problems)
{
	g_autoptr(Settings) settings = settings_new(path);
	g_autofree char *directory = g_path_get_dirname(settings->path);
	const OptionReader reader = {.origin = path, .directory = directory, .problems = problems};
	const guint errors_before = problems_error_count(problems);
	options_read(options, root, settings, &reader);
	if (problems_error_count(problems) > errors_before)
		return NULL;
	make_absolute(&settings->store, "sqlite:", directory);
	make_absolute(&settings->transport, "maildir:", directory);
	drop_trailing_slashes(settings->public_url);
	place_feeds(settings->absences, directory);
	warn_of_absences(settings, root, &reader);
	return g_steal_pointer(&settings);
}

Settings *settings_read(const char *path, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = conf_read_bytes(path, CONF_SIZE_MAX, &error);
	if (!bytes) {
		problems_add(problems, TRUE, path, 0, NULL, NULL, "a configuration file that can be read (%s)", error->message);
		return NULL;
	}
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	g_autoptr(ConfNode) root = conf_parse(text ? text : "", length, path, problems);
	return root ? read_tree(path, root, problems) : NULL;
}

const LookupSettings *settings_lookup(const Settings *settings, const char *name)
{
	for (guint i = 0; settings->lookups && i < settings->lookups->len; i++) {
		const LookupSettings *lookup = settings->lookups->pdata[i];
		if (!strcmp(lookup->name, name))
			return lookup;
	}
	return NULL;
}

/* "bounce+x@example.nl" and "bounce@example.nl". */
static gboolean is_extension_of(const char *address, const char *of)
{
	const char *at = strrchr(address, '@'), *plus = strchr(address, '+');
	if (!at || !plus || plus > at)
		return FALSE;
	g_autofree char *whole = g_strdup_printf("%.*s%s", (int)(plus - address), address, at);
	return !g_ascii_strcasecmp(whole, of);
}

gboolean settings_is_own_address(const Settings *settings, const char *address)
{
	const char *from = settings->mail_from_address, *bounce = settings->mail_bounce;
	if (from && !g_ascii_strcasecmp(address, from))
		return TRUE;
	return bounce && (!g_ascii_strcasecmp(address, bounce) || (settings->mail_verp && is_extension_of(address, bounce)));
}

const ChannelAccess *settings_channel(const Settings *settings, const char *name)
{
	for (guint i = 0; settings->channels && i < settings->channels->len; i++) {
		const ChannelAccess *access = settings->channels->pdata[i];
		if (!strcmp(access->name, name))
			return access;
	}
	return NULL;
}

Settings *settings_ref(Settings *settings)
{
	g_atomic_ref_count_inc(&settings->references);
	return settings;
}

void settings_unref(Settings *settings)
{
	if (!settings || !g_atomic_ref_count_dec(&settings->references))
		return;
	char **const texts[] = {
		&settings->path,
		&settings->organisation,
		&settings->language,
		&settings->country,
		&settings->currency,
		&settings->logo,
		&settings->colour,
		&settings->store,
		&settings->ca_file,
		&settings->absences_ca_file,
		&settings->base_dn,
		&settings->directory_fingerprint,
		&settings->bind_method,
		&settings->bind_dn,
		&settings->bind_password_file,
		&settings->bind_keytab,
		&settings->bind_principal,
		&settings->person_base,
		&settings->person_filter,
		&settings->person_id,
		&settings->person_uid,
		&settings->person_name,
		&settings->person_mail,
		&settings->person_mobile,
		&settings->person_manager,
		&settings->person_language,
		&settings->person_country,
		&settings->person_authority,
		&settings->person_disabled,
		&settings->person_expires,
		&settings->person_deputy,
		&settings->group_base,
		&settings->group_filter,
		&settings->group_member,
		&settings->group_nested,
		&settings->transport,
		&settings->mail_ca_file,
		&settings->mail_user,
		&settings->mail_password_file,
		&settings->mail_auth,
		&settings->mail_token_file,
		&settings->mail_from_name,
		&settings->mail_from_address,
		&settings->mail_bounce,
		&settings->redirect_all_to,
		&settings->mail_allow_list,
		&settings->public_url,
		&settings->template_dir,
	};
	GPtrArray **const lists[] = {&settings->uris, &settings->lookups, &settings->mail_token_command, &settings->channels, &settings->absences, &settings->intake_folders, &settings->csv_mappings, &settings->inbound_maildirs, &settings->inbound_imap, &settings->role_admin,
	                             &settings->role_auditor};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*texts[i]);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		g_clear_pointer(lists[i], g_ptr_array_unref);
	g_free(settings);
}

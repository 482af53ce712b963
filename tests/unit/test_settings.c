/* akkoord.conf: DESIGN's example, what is refused and why, the defaults, and the example that `akkoord init` starts from. */
#include "config/settings.h"
#include "config/starting.h"

#include <glib/gstdio.h>
#include <string.h>

#define IMAP(members) "inbound = { imap = { " members " }; };"
#define LEAST                                                                                                               \
	"organisation = { name = \"V\"; }; store = \"sqlite:/s.db\"; mail = { transport = \"smtp://127.0.0.1:25\"; from = " \
	"\"a@example.nl\"; };\n"
#define NO_MAIL   "organisation = { name = \"V\"; }; store = \"sqlite:/s.db\";\n"
#define NO_STORE  "organisation = { name = \"V\"; }; mail = { transport = \"maildir:m\"; from = \"a@example.nl\"; };\n"
#define DIRECTORY "uri = \"ldap://localhost\"; base = \"dc=example,dc=nl\";"

typedef struct {
	char *folder;
	char *path; /* of akkoord.conf in it; beside it stand "open.secret", "kept.secret" and the folder "in" */
} Place;

static char *place_file(const Place *place, const char *name)
{
	return g_build_filename(place->folder, name, NULL);
}

static void place_make(Place *place)
{
	place->folder = g_dir_make_tmp("akkoord-settings-XXXXXX", NULL);
	place->path = place_file(place, "akkoord.conf");
	g_autofree char *open = place_file(place, "open.secret");
	g_autofree char *kept = place_file(place, "kept.secret");
	g_autofree char *in = place_file(place, "in");
	g_assert_true(g_file_set_contents_full(open, "x", -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
	g_assert_true(g_file_set_contents_full(kept, "x", -1, G_FILE_SET_CONTENTS_NONE, 0640, NULL));
	g_assert_cmpint(g_chmod(open, 0644), ==, 0);
	g_assert_cmpint(g_mkdir(in, 0755), ==, 0);
}

static void place_clear(Place *place)
{
	static const char *const names[] = {"open.secret", "kept.secret", "in", "akkoord.conf"};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = place_file(place, names[i]);
		g_remove(path);
	}
	g_rmdir(place->folder);
	g_free(place->folder);
	g_free(place->path);
}

static Settings *read_in(const Place *place, const char *text, Problems *problems)
{
	g_assert_true(g_file_set_contents(place->path, text, -1, NULL));
	return settings_read(place->path, problems);
}

static char *finding_at(const Place *place, const Problems *problems, guint index)
{
	g_autofree char *text = problem_format(problems_get(problems, index));
	g_assert_true(g_str_has_prefix(text, place->path));
	return g_strdup(text + strlen(place->path) + 1);
}

static void test_least(void)
{
	Place place;
	place_make(&place);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = read_in(&place, LEAST, problems);
	g_assert_nonnull(settings);
	g_assert_cmpuint(problems_count(problems), ==, 1);
	g_autofree char *finding = finding_at(&place, problems, 0);
	g_assert_cmpstr(finding, ==, " warning: directory: wanted a directory: without one no approver can be found");
	const struct {
		const char *found, *wanted;
	} texts[] = {
		{settings->path, place.path},
		{settings->organisation, "V"},
		{settings->language, "en"},
		{settings->country, NULL},
		{settings->currency, "EUR"},
		{settings->colour, "#0b5c8a"},
		{settings->store, "sqlite:/s.db"},
		{settings->bind_method, "none"},
		{settings->person_filter, "(objectClass=inetOrgPerson)"},
		{settings->person_id, "entryUUID"},
		{settings->person_uid, "uid"},
		{settings->person_name, "cn"},
		{settings->person_mail, "mail"},
		{settings->person_manager, "manager"},
		{settings->person_language, "preferredLanguage"},
		{settings->person_country, "c"},
		{settings->person_authority, NULL},
		{settings->person_disabled, NULL},
		{settings->person_expires, NULL},
		{settings->person_deputy, NULL},
		{settings->group_filter, "(cn={name})"},
		{settings->group_member, "member"},
		{settings->group_nested, "expand"},
		{settings->transport, "smtp://127.0.0.1:25"},
		{settings->mail_from_name, NULL},
		{settings->mail_from_address, "a@example.nl"},
		{settings->mail_bounce, "a@example.nl"},
		{settings->redirect_all_to, NULL},
		{settings->public_url, NULL},
		{settings->template_dir, NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_cmpstr(texts[i].found, ==, texts[i].wanted);
	g_assert_false(settings->has_directory);
	g_assert_false(settings->starttls);
	g_assert_false(settings->mail_starttls);
	g_assert_cmpint(settings->directory_timeout_s, ==, 5);
	g_assert_cmpint(settings->mail_timeout_s, ==, 300);
	g_assert_cmpuint(settings->mail_connections, ==, 4);
	const GPtrArray *const lists[] = {settings->uris, settings->lookups, settings->intake_folders, settings->inbound_imap, settings->role_admin,
	                                  settings->role_auditor};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		g_assert_cmpuint(lists[i]->len, ==, 0);
	place_clear(&place);
}

static void test_everything(void)
{
	Place place;
	place_make(&place);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = read_in(
		&place,
		"organisation = { name = \"Voorbeeld BV\"; language = \"nl\"; country = \"NL\"; currency = \"USD\"; logo = "
	        "\"kept.secret\";"
		"  colour = \"#ABCDEF\"; };\n"
		"store = \"sqlite:db/akkoord.db\";\n"
		"directory = { uri = [ \"ldaps://ldap1.example.nl\", \"ldapi:///\" ]; base = \"dc=example,dc=nl\"; ca_file = "
	        "\"kept.secret\";\n"
		"  bind = { method = \"simple\"; dn = \"cn=akkoord,dc=example,dc=nl\"; password_file = \"kept.secret\"; };\n"
		"  person = { base = \"ou=people,dc=example,dc=nl\"; language = \"\"; country = \"co\"; authority = "
	        "\"employeeType\";\n"
		"    disabled = \"(&(a=1)(!(b=*)))\"; expires = \"accountExpires\"; deputy = \"secretary\"; };\n"
		"  group = { base = \"ou=groups,dc=example,dc=nl\"; filter = \"(&(objectClass=group)(cn={name}))\"; nested = "
	        "\"off\"; };\n"
		"  lookups = ( { name = \"budget_holder\"; filter = \"(|(ou={cost_centre})(o={supplier_vat}))\"; attribute = "
	        "\"manager\"; },\n"
		"              { name = \"second\"; base = \"ou=x\"; filter = \"(ou={order})\"; } );\n"
		"  timeout = \"1min\"; };\n"
		"mail = { transport = \"maildir:out\"; from = \"Akkoord, the approver <akkoord@example.nl>\"; bounce = "
	        "\"bounce@example.nl\";\n"
		"  redirect_all_to = \"me@example.nl\"; timeout = \"30s\"; connections = 16; templates = \"in\"; };\n"
		"intake = { folders = [ \"in\", \"/\" ]; };\n"
		"roles = { admin = [ \"group(finance-admins)\", \"user(anna)\" ]; auditor = \"manager(user(anna))\"; };\n"
		"web = { public_url = \"https://akkoord.example.nl/x/\"; };\n",
		problems);
	if (!settings)
		g_error("%s", problem_format(problems_get(problems, 0)));
	g_assert_cmpuint(problems_count(problems), ==, 0);
	g_autofree char *store = g_strconcat("sqlite:", place.folder, "/db/akkoord.db", NULL);
	g_autofree char *transport = g_strconcat("maildir:", place.folder, "/out", NULL);
	g_autofree char *in = place_file(&place, "in");
	g_autofree char *kept = place_file(&place, "kept.secret");
	const struct {
		const char *found, *wanted;
	} texts[] = {
		{settings->organisation, "Voorbeeld BV"},
		{settings->language, "nl"},
		{settings->logo, kept},
		{settings->colour, "#ABCDEF"},
		{settings->store, store},
		{settings->ca_file, kept},
		{settings->bind_method, "simple"},
		{settings->bind_dn, "cn=akkoord,dc=example,dc=nl"},
		{settings->bind_password_file, kept},
		{settings->person_base, "ou=people,dc=example,dc=nl"},
		{settings->person_language, NULL},
		{settings->person_country, "co"},
		{settings->person_authority, "employeeType"},
		{settings->person_disabled, "(&(a=1)(!(b=*)))"},
		{settings->person_expires, "accountExpires"},
		{settings->person_deputy, "secretary"},
		{settings->group_nested, "off"},
		{settings->transport, transport},
		{settings->mail_from_name, "Akkoord, the approver"},
		{settings->mail_from_address, "akkoord@example.nl"},
		{settings->mail_bounce, "bounce@example.nl"},
		{settings->redirect_all_to, "me@example.nl"},
		{settings->template_dir, in},
		{g_ptr_array_index(settings->intake_folders, 0), in},
		{g_ptr_array_index(settings->intake_folders, 1), "/"},
		{settings->public_url, "https://akkoord.example.nl/x"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		g_assert_cmpstr(texts[i].found, ==, texts[i].wanted);
	g_assert_true(settings->has_directory);
	g_assert_cmpuint(settings->uris->len, ==, 2);
	g_assert_cmpint(settings->directory_timeout_s, ==, 60);
	g_assert_cmpint(settings->mail_timeout_s, ==, 30);
	g_assert_cmpuint(settings->mail_connections, ==, 16);
	const LookupSettings *first = g_ptr_array_index(settings->lookups, 0), *second = g_ptr_array_index(settings->lookups, 1);
	g_assert_cmpstr(first->base, ==, "dc=example,dc=nl");
	g_assert_cmpstr(first->attribute, ==, "manager");
	g_assert_cmpstr(second->base, ==, "ou=x");
	g_assert_null(second->attribute);
	g_assert_cmpuint(settings->role_admin->len, ==, 2);
	g_assert_cmpuint(settings->role_auditor->len, ==, 1);
	place_clear(&place);
}

/* What makes a finding of its own, on line 2 of the file. */
static const struct {
	const char *text, *finding; /* finding: after "PATH:" */
} findings[] = {
	{LEAST "web = { listen = \"127.0.0.1:8460\"; };",
         "2: web.listen: found \"127.0.0.1:8460\", wanted nothing here yet: this setting comes with a later version"},
	{LEAST "web = { trusted_proxies = [ \"127.0.0.1\" ]; };",
         "2: web.trusted_proxies: found \"[ … ]\", wanted nothing here yet"},
	{LEAST "directory = { " DIRECTORY " cache = { fresh = \"2d\"; }; };", "2: directory.cache.fresh: found \"2d\", wanted"},
	{LEAST "directory = { " DIRECTORY " cache = { stale_ok = \"always\"; }; };", "2: directory.cache.stale_ok: found \"always\", wanted"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; connections = 65; };",
         "2: mail.connections: found \"65\", wanted a number from 1 to 64"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; connections = 0; };", "2: mail.connections: found \"0\", wanted"},
	{NO_STORE "store = \"postgresql:service=akkoord\";",
         "2: store: found \"postgresql:service=akkoord\", wanted sqlite: and a path: \"postgresql:\" comes with a later version"},
	{NO_STORE "store = \"sqlite:\";", "2: store: found \"sqlite:\", wanted sqlite: and a path, such as"},
	{NO_STORE "store = \"/var/lib/akkoord.db\";", "2: store: found"},
	{NO_STORE "stoer = \"sqlite:x\"; store = \"sqlite:x\";",
         "2: stoer: found \"stoer\", wanted a known setting: did you mean \"store\"?"},
	{NO_STORE "\n", " store: wanted a text in double quotes: it is required"},
	{NO_MAIL "\n", " mail: wanted settings in { }: it is required"},
	{NO_MAIL "mail = { from = \"a@b.nl\"; };", "2: mail.transport: wanted a text in double quotes: it is required"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; };", "2: mail.from: wanted a text in double quotes: it is required"},
	{NO_MAIL "mail = { transport = \"http://h\"; from = \"a@b.nl\"; };",
         "2: mail.transport: found \"http://h\", wanted a mail server such as"},
	{NO_MAIL "mail = { transport = \"smtp://u:p@h\"; from = \"a@b.nl\"; };", "2: mail.transport: found"},
	{NO_MAIL "mail = { transport = \"smtp://h:99999\"; from = \"a@b.nl\"; };", "2: mail.transport: found"},
	{NO_MAIL "mail = { transport = \"smtp://\"; from = \"a@b.nl\"; };", "2: mail.transport: found"},
	{NO_MAIL "mail = { transport = \"maildir:\"; from = \"a@b.nl\"; };", "2: mail.transport: found"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"Akkoord\"; };",
         "2: mail.from: found \"Akkoord\", wanted a name and address such as"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"<>\"; };", "2: mail.from: found"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"A <a@b.nl> <c@d.nl>\"; };", "2: mail.from: found"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; bounce = \"b\"; };",
         "2: mail.bounce: found \"b\", wanted a mail address"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; redirect_all_to = \"A@B.nl\"; };",
         "2: mail.redirect_all_to: found \"A@B.nl\", wanted an address other than"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; bounce = \"c@b.nl\"; redirect_all_to = \"c@b.nl\"; };",
         "2: mail.redirect_all_to: found"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; user = \"u\"; };",
         "2: mail.password_file: wanted user and password_file together"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; password_file = \"kept.secret\"; };",
         "2: mail.user: wanted user and"},
	{NO_MAIL "mail = { transport = \"smtp://mx.example.nl\"; from = \"a@b.nl\"; user = \"u\"; password_file = \"kept.secret\"; };",
         "2: mail.transport: found \"smtp://mx.example.nl\", wanted smtps:// or starttls = true"},
	{NO_MAIL "mail = { transport = \"smtp://127.0.0.1.example.nl\"; from = \"a@b.nl\"; user = \"u\"; password_file = \"kept.secret\"; };",
         "2: mail.transport: found \"smtp://127.0.0.1.example.nl\", wanted smtps://"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"ntlm\"; };", "2: mail.auth: found \"ntlm\", wanted auto, plain, login, xoauth2 or oauthbearer"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"plain\"; };", "2: mail.auth: found \"plain\", wanted this setting only with user"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; token_file = \"kept.secret\"; };",
         "2: mail.token_file: found \"kept.secret\", wanted this setting only with auth = \"xoauth2\" or \"oauthbearer\""},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; token_command = [ \"/bin/true\" ]; };",
         "2: mail.token_command: found \"[ … ]\", wanted this setting only with auth"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; token_file = \"kept.secret\"; };",
         "2: mail.user: wanted this setting too: the mailbox"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; user = \"u\"; };",
         "2: mail.token_file: wanted this setting or token_command"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; user = \"u\"; token_file = \"kept.secret\"; token_command = \"/bin/true\"; };",
         "2: mail.token_command: found \"/bin/true\", wanted only one of token_file and token_command"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; user = \"u\"; token_file = \"kept.secret\"; password_file = \"kept.secret\"; };",
         "2: mail.password_file: found \"kept.secret\", wanted no password with auth = \"xoauth2\" or \"oauthbearer\""},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; user = \"u\"; token_command = [ \"token\", \"-q\" ]; };",
         "2: mail.token_command: found \"[ … ]\", wanted the whole path of a program that may be run, then its arguments: token is none"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; auth = \"xoauth2\"; user = \"u\"; token_command = \"/tmp\"; };",
         "2: mail.token_command: found \"/tmp\", wanted the whole path of a program"},
	{NO_MAIL "mail = { transport = \"maildir:m\"; from = \"a@b.nl\"; auth = \"plain\"; };",
         "2: mail.auth: found \"plain\", wanted this setting only with a mail server"},
	{NO_MAIL "mail = { transport = \"smtps://h\"; from = \"a@b.nl\"; starttls = true; };",
         "2: mail.starttls: found \"true\", wanted false, or smtp://"},
	{NO_MAIL "mail = { transport = \"maildir:m\"; from = \"a@b.nl\"; starttls = true; };",
         "2: mail.starttls: found \"true\", wanted this setting only with a mail server"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; timeout = \"1h\"; };",
         "2: mail.timeout: found \"1h\", wanted a time from 1s to 30min"},
	{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; templates = \"none\"; };",
         "2: mail.templates: found \"none\", wanted a folder that is there"},
	{LEAST IMAP("url = \"imaps://h\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.done: wanted a text in double quotes"},
	{LEAST IMAP("done = \"\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.url: wanted a text"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h\"; password_file = \"kept.secret\";"), "2: inbound.imap.user: wanted"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h\"; user = \"u\";"), "2: inbound.imap.password_file: wanted user and password_file together"},
	{LEAST IMAP("done = \"\"; url = \"pop3://h\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.url: found \"pop3://h\", wanted imaps://host or"},
	{LEAST IMAP("done = \"\"; url = \"imaps://u:p@h\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.url: found"},
	{LEAST IMAP("done = \"\"; url = \"imaps://\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.url: found"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h/INBOX?ALL\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.url: found"},
	{LEAST IMAP("done = \"\"; url = \"imap://h\"; user = \"u\"; password_file = \"kept.secret\";"),
         "2: inbound.imap.url: found \"imap://h\", wanted imaps:// or starttls = true"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h\"; starttls = true; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.starttls: found \"true\", wanted false"},
	{LEAST IMAP("done = \"inbox\"; url = \"imaps://h\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.done: found \"inbox\", wanted another folder"},
	{LEAST IMAP("done = \"A b\"; url = \"imaps://h/A%20b\"; user = \"u\"; password_file = \"kept.secret\";"), "2: inbound.imap.done: found \"A b\", wanted another folder"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h\"; user = \"u\"; auth = \"xoauth2\";"), "2: inbound.imap.token_file: wanted this setting or token_command"},
	{LEAST IMAP("done = \"\"; url = \"imaps://h\"; user = \"u\"; password_file = \"kept.secret\"; every = \"0s\";"), "2: inbound.imap.every: found \"0s\", wanted a time from 1s"},
	{LEAST "inbound = { imap = ( { done = \"\"; } ); };", "2: inbound.imap[0].url: wanted a text"},
	{LEAST "inbound = { imap = \"imaps://h\"; };", "2: inbound.imap: found \"imaps://h\", wanted"},
	{LEAST "directory = { };", "2: directory.base: wanted a text in double quotes: it is required"},
	{LEAST "directory = { uri = \"http://h\"; base = \"dc=x\"; };",
         "2: directory.uri: found \"http://h\", wanted a server such as ldaps://"},
	{LEAST "directory = { uri = \"ldap://h/dc=x\"; base = \"dc=x\"; };", "2: directory.uri: found"},
	{LEAST "directory = { uri = [ ]; base = \"dc=x\"; };",
         "2: directory.uri: found \"[ … ]\", wanted a text or a list of texts"},
	{LEAST "directory = { uri = \"ldaps://h\"; starttls = true; base = \"dc=x\"; };",
         "2: directory.starttls: found \"true\", wanted false"},
	{LEAST "directory = { uri = \"ldap://h\"; base = \"example.nl\"; };",
         "2: directory.base: found \"example.nl\", wanted a distinguished name"},
	{LEAST "directory = { " DIRECTORY " bind = { }; };",
         "2: directory.bind.method: wanted simple, external, gssapi or none: it is required"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"gssapi\"; dn = \"cn=a\"; }; };",
         "2: directory.bind.dn: found \"cn=a\", wanted this setting only with method = \"simple\""},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"external\"; keytab = \"kept.secret\"; }; };",
         "2: directory.bind.keytab: found \"kept.secret\", wanted this setting only with method = \"gssapi\""},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"none\"; principal = \"a@B.NL\"; }; };",
         "2: directory.bind.principal: found \"a@B.NL\", wanted this setting only with method = \"gssapi\""},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"gssapi\"; keytab = \"no.keytab\"; }; };",
         "2: directory.bind.keytab: found \"no.keytab\", wanted a file that is there"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"gssapi\"; principal = \"akkoord\"; }; };",
         "2: directory.bind.principal: found \"akkoord\", wanted a Kerberos principal"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"gssapi\"; principal = \"a@B@C\"; }; };",
         "2: directory.bind.principal: found \"a@B@C\", wanted a Kerberos principal"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"simple\"; dn = \"akkoord\"; password_file = \"kept.secret\"; }; };",
         "2: directory.bind.dn: found \"akkoord\", wanted a distinguished name"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"simple\"; password_file = \"kept.secret\"; }; };",
         "2: directory.bind.dn: wanted this setting too"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"simple\"; dn = \"cn=a\"; }; };",
         "2: directory.bind.password_file: wanted this setting too"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"none\"; dn = \"cn=a\"; }; };",
         "2: directory.bind.dn: found \"cn=a\", wanted this setting only with"},
	{LEAST "directory = { " DIRECTORY
               " bind = { method = \"simple\"; dn = \"cn=a\"; password = \"x\"; password_file = \"kept.secret\"; }; };",
         "2: directory.bind.password: found \"password\", wanted a known setting"},
	{LEAST "directory = { " DIRECTORY " bind = { method = \"simple\"; dn = \"cn=a\"; password_file = \"no.secret\"; }; };",
         "2: directory.bind.password_file: found \"no.secret\", wanted a file that is there"},
	{LEAST "directory = { " DIRECTORY " person = { filter = \"objectClass=x\"; }; };",
         "2: directory.person.filter: found \"objectClass=x\", wanted a search filter"},
	{LEAST "directory = { " DIRECTORY " person = { filter = \"(a=1)(b=2)\"; }; };", "2: directory.person.filter: found"},
	{LEAST "directory = { " DIRECTORY " person = { filter = \"((a=1)\"; }; };", "2: directory.person.filter: found"},
	{LEAST "directory = { " DIRECTORY " person = { filter = \"(ou={cost_centre})\"; }; };",
         "2: directory.person.filter: found \"(ou={cost_centre})\", wanted in { } one of nothing"},
	{LEAST "directory = { " DIRECTORY " person = { mail = \"e mail\"; }; };",
         "2: directory.person.mail: found \"e mail\", wanted the name of an attribute"},
	{LEAST "directory = { " DIRECTORY " person = { mail = \"\"; }; };",
         "2: directory.person.mail: found \"\", wanted something between the quotes"},
	{LEAST "directory = { " DIRECTORY " group = { filter = \"(cn=x)\"; }; };",
         "2: directory.group.filter: found \"(cn=x)\", wanted a search filter with {name} in it"},
	{LEAST "directory = { " DIRECTORY " group = { filter = \"(cn={nam})\"; }; };",
         "2: directory.group.filter: found \"(cn={nam})\", wanted in { } one of name, not \"nam\""},
	{LEAST "directory = { " DIRECTORY " group = { nested = \"in_chain\"; }; };",
         "2: directory.group.nested: found \"in_chain\", wanted off, expand or in-chain"},
	{LEAST "directory = { " DIRECTORY " lookups = ( { name = \"a b\"; filter = \"(a=1)\"; } ); };",
         "2: directory.lookups[0].name: found \"a b\", wanted a name of letters"},
	{LEAST "directory = { " DIRECTORY " lookups = ( { name = \"a\"; filter = \"(ou={cost_center})\"; } ); };",
         "2: directory.lookups[0].filter: found \"(ou={cost_center})\", wanted in { } one of cost_centre"},
	{LEAST "directory = { " DIRECTORY
               " lookups = ( { name = \"a\"; filter = \"(a=1)\"; }, { name = \"a\"; filter = \"(a=1)\"; } ); };",
         "2: directory.lookups[1].name: found \"a\", wanted a name that no lookup above has"},
	{LEAST "directory = { " DIRECTORY " timeout = 5; };", "2: directory.timeout: found \"5\", wanted a time from 1s to 5min"},
	{LEAST "roles = { admin = \"finance-admins\"; };", "2: roles.admin: found \"finance-admins\", wanted a selector such as"},
	{LEAST "roles = { admin = \"lookup(x)\"; };",
         "2: roles.admin: found \"lookup(x)\", wanted people whom the directory knows"},
	{LEAST "roles = { auditor = [ \"user(a)\", \"approver\" ]; };",
         "2: roles.auditor[1]: found \"approver\", wanted people whom"},
	{LEAST "web = { public_url = \"akkoord.example.nl\"; };",
         "2: web.public_url: found \"akkoord.example.nl\", wanted an address such as https://"},
	{LEAST "web = { public_url = \"https://h/?q\"; };", "2: web.public_url: found"},
	{LEAST "intake = { folders = [ \"\" ]; };", "2: intake.folders[0]: found \"\", wanted something between the quotes"},
	{"\norganisation = { name = \"\"; }; store = \"sqlite:x\"; mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; };",
         "2: organisation.name: found \"\", wanted something"},
	{"\norganisation = { name = \"V\"; language = \"pt\"; }; store = \"sqlite:x\"; mail = { transport = \"smtp://h\"; from = "
         "\"a@b.nl\"; };",
         "2: organisation.language: found \"pt\", wanted en, nl, es, de or fr"},
	{"\norganisation = { name = \"V\"; country = \"Nl\"; }; store = \"sqlite:x\"; mail = { transport = \"smtp://h\"; from = "
         "\"a@b.nl\"; };",
         "2: organisation.country: found \"Nl\", wanted two capital letters"},
	{"\norganisation = { name = \"V\"; currency = \"EURO\"; }; store = \"sqlite:x\"; mail = { transport = \"smtp://h\"; from "
         "= \"a@b.nl\"; };",
         "2: organisation.currency: found \"EURO\", wanted a currency"},
	{"\norganisation = { name = \"V\"; colour = \"blue\"; }; store = \"sqlite:x\"; mail = { transport = \"smtp://h\"; from = "
         "\"a@b.nl\"; };",
         "2: organisation.colour: found \"blue\", wanted a colour"},
};

static void test_findings(void)
{
	Place place;
	place_make(&place);
	for (guint i = 0; i < G_N_ELEMENTS(findings); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Settings) settings = read_in(&place, findings[i].text, problems);
		if (settings)
			g_error("%s was taken", findings[i].text);
		gboolean found = FALSE;
		for (guint j = 0; j < problems_count(problems); j++) {
			g_autofree char *finding = finding_at(&place, problems, j);
			found = found || g_str_has_prefix(finding, findings[i].finding);
			if (!found && j + 1 == problems_count(problems))
				g_error("%s: %s", findings[i].text, finding);
		}
		g_assert_true(problems_has_errors(problems));
	}
	place_clear(&place);
}

static void test_logging_in(void)
{
	static const struct {
		const char *bind, *method, *dn, *principal;
		gboolean has_keytab;
	} cases[] = {
		{"method = \"gssapi\";", "gssapi", NULL, NULL, FALSE},
		{"method = \"gssapi\"; keytab = \"kept.secret\";", "gssapi", NULL, NULL, TRUE},
		{"method = \"gssapi\"; keytab = \"kept.secret\"; principal = \"akkoord/host.example.nl@EXAMPLE.NL\";", "gssapi", NULL,
	         "akkoord/host.example.nl@EXAMPLE.NL", TRUE},
		{"method = \"simple\"; dn = \"akkoord@example.nl\"; password_file = \"kept.secret\";", "simple", "akkoord@example.nl", NULL, FALSE},
	};
	Place place;
	place_make(&place);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf(LEAST "directory = { " DIRECTORY " bind = { %s }; };", cases[i].bind);
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Settings) settings = read_in(&place, text, problems);
		g_assert_cmpuint(problems_count(problems), ==, 0);
		g_assert_cmpstr(settings->bind_method, ==, cases[i].method);
		g_assert_cmpstr(settings->bind_dn, ==, cases[i].dn);
		g_assert_cmpstr(settings->bind_principal, ==, cases[i].principal);
		g_assert_cmpint(settings->bind_keytab != NULL, ==, cases[i].has_keytab);
	}
	place_clear(&place);
}

static void test_mailboxes(void)
{
	static const struct {
		const char *text;
		guint count;
	} cases[] = {
		{LEAST IMAP("done = \"\"; url = \"imaps://h/In/Geprüft\"; user = \"u\"; password_file = \"kept.secret\";"), 1},
		{LEAST "inbound = { imap = ( ); };", 0},
		{LEAST "inbound = { imap = ( { done = \"D\"; url = \"imap://localhost:143\"; user = \"u\"; password_file = \"kept.secret\"; },"
	               " { done = \"\"; url = \"imap://h\"; starttls = true; user = \"u\"; auth = \"xoauth2\"; token_file = \"kept.secret\"; every = \"5min\"; } ); };",
	         2},
	};
	Place place;
	place_make(&place);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Settings) settings = read_in(&place, cases[i].text, problems);
		g_assert_cmpuint(problems_error_count(problems), ==, 0);
		g_assert_cmpuint(settings->inbound_imap->len, ==, cases[i].count);
		const ImapAccess *first = cases[i].count ? settings->inbound_imap->pdata[0] : NULL, *last = cases[i].count ? settings->inbound_imap->pdata[cases[i].count - 1] : NULL;
		if (!first)
			continue;
		g_assert_cmpstr(first->done, ==, cases[i].count == 1 ? NULL : "D");
		g_assert_cmpint(first->every_s, ==, 60);
		g_assert_cmpstr(last->auth, ==, cases[i].count == 1 ? "auto" : "xoauth2");
	}
	place_clear(&place);
}

static void test_warnings(void)
{
	static const struct {
		const char *text, *finding;
	} cases[] = {
		{LEAST "directory = { uri = \"ldap://ldap.example.nl\"; base = \"dc=x\"; bind = { method = \"simple\"; dn = "
	               "\"cn=a\"; password_file = \"kept.secret\"; }; };",
	         "2: warning: directory.uri: found \"ldap://ldap.example.nl\", wanted ldaps:// or starttls = true"},
		{LEAST "directory = { " DIRECTORY
	               " bind = { method = \"simple\"; dn = \"cn=a\"; password_file = \"open.secret\"; }; };",
	         "2: warning: directory.bind.password_file: found \"open.secret\", wanted a file that only its owner can read"},
		{LEAST "directory = { " DIRECTORY " bind = { method = \"gssapi\"; keytab = \"open.secret\"; }; };",
	         "2: warning: directory.bind.keytab: found \"open.secret\", wanted a file that only its owner can read"},
		{NO_MAIL "directory = { " DIRECTORY " }; mail = { transport = \"smtps://mx.example.nl\"; from = \"a@b.nl\"; user "
	                                            "= \"u\"; auth = \"xoauth2\"; token_file = \"open.secret\"; };",
	         "2: warning: mail.token_file: found \"open.secret\", wanted a file that only its owner can read"},
		{NO_MAIL "mail = { transport = \"smtp://h\"; from = \"a@b.nl\"; bounce = \"c@b.nl\"; }; directory = { " DIRECTORY " }; " IMAP("done = \"\"; url = \"imaps://h\"; user = \"u\"; password_file = \"open.secret\";"),
	         "2: warning: inbound.imap.password_file: found \"open.secret\", wanted a file that only its owner can read"},
		{LEAST "directory = { " DIRECTORY " }; intake = { folders = [ \"in\", \"nowhere\" ]; };",
	         "2: warning: intake.folders: found"},
	};
	Place place;
	place_make(&place);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(Settings) settings = read_in(&place, cases[i].text, problems);
		g_assert_nonnull(settings);
		g_assert_cmpuint(problems_count(problems), ==, 1);
		g_autofree char *finding = finding_at(&place, problems, 0);
		if (!g_str_has_prefix(finding, cases[i].finding))
			g_error("%s: %s", cases[i].text, finding);
	}
	place_clear(&place);
}

static void test_all_at_once(void)
{
	Place place;
	place_make(&place);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = read_in(
		&place,
		"organisation = {\n colour = 5;\n};\nstore = \"x\";\nmail = {\n from = \"nobody\";\n timeout = \"0s\";\n};\n"
		"web = { listen = \"x\"; };\nwat = 1;\n",
		problems);
	g_assert_null(settings);
	static const guint lines[] = {1, 2, 4, 5, 6, 7, 9, 10};
	g_assert_cmpuint(problems_count(problems), ==, G_N_ELEMENTS(lines));
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
		g_assert_cmpuint(problems_get(problems, i)->line, ==, lines[i]);
	place_clear(&place);
}

static void test_unreadable(void)
{
	static const char *const paths[] = {"/nowhere/akkoord.conf", "/tmp", "/dev/null"};
	for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_assert_null(settings_read(paths[i], problems));
		g_assert_cmpuint(problems_count(problems), ==, 1);
		g_autofree char *text = problem_format(problems_get(problems, 0));
		g_assert_nonnull(strstr(text, "a configuration file that can be read ("));
		g_assert_true(g_str_has_prefix(text, paths[i]));
	}
}

/* An error found before, in another file, does not spoil this one. */
static void test_earlier_errors(void)
{
	Place place;
	place_make(&place);
	g_autoptr(Problems) problems = problems_new();
	problems_add(problems, TRUE, "policy.conf", 1, NULL, NULL, "something else");
	g_autoptr(Settings) settings = read_in(&place, LEAST, problems);
	g_assert_nonnull(settings);
	settings_unref(NULL);
	place_clear(&place);
}

static char *example(const char *name)
{
	const char *root = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *path = g_build_filename(root ? root : ".", "etc", name, NULL);
	char *text = NULL;
	g_autoptr(GError) error = NULL;
	g_file_get_contents(path, &text, NULL, &error);
	g_assert_no_error(error);
	return text;
}

static void test_example(void)
{
	Place place;
	place_make(&place);
	g_autofree char *text = example("akkoord.conf");
	g_autofree char *filled = starting_text(text, "V \"&\" \\ Zn\n{", place.folder);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = read_in(&place, filled, problems);
	for (guint i = 0; i < problems_count(problems); i++)
		g_error("%s", problem_format(problems_get(problems, i)));
	g_autofree char *store = g_strconcat("sqlite:", place.folder, "/akkoord.db", NULL);
	g_assert_cmpstr(settings->store, ==, store);
	g_assert_cmpstr(settings->organisation, ==, "V \"&\" \\ Zn {");
	g_assert_cmpuint(settings->lookups->len, ==, 1);
	place_clear(&place);
}

/* What the example shows as commented out is right too. */
static void test_example_comments(void)
{
	Place place;
	place_make(&place);
	g_autofree char *text = example("akkoord.conf");
	g_autofree char *filled = starting_text(text, "V", place.folder);
	g_autoptr(GRegex) commented = g_regex_new("^( *)# ([a-z_]+ = )", G_REGEX_MULTILINE, 0, NULL);
	g_autofree char *opened = g_regex_replace(commented, filled, -1, 0, "\\1\\2", 0, NULL);
	g_autofree char *logo = place_file(&place, "logo.svg");
	g_assert_true(g_file_set_contents(logo, "", 0, NULL));
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Settings) settings = read_in(&place, opened, problems);
	for (guint i = 0; i < problems_count(problems); i++)
		g_error("%s", problem_format(problems_get(problems, i)));
	g_assert_nonnull(settings->public_url);
	g_assert_nonnull(settings->person_disabled);
	g_remove(logo);
	place_clear(&place);
}

static void test_starting_text(void)
{
	static const struct {
		const char *example, *organisation, *state, *wanted;
	} cases[] = {
		{"a = \"@organisation@\"; b = \"@state@/x\";", "V", "/s", "a = \"V\"; b = \"/s/x\";"},
		{"@organisation@@state@", "@state@", "@organisation@", "@state@@organisation@"},
		{"a@b.nl @other@ @state", "V", "/s", "a@b.nl @other@ @state"},
		{"@organisation@", "a\"; b = \"\n\\", "", "a\\\"; b = \\\" \\\\"},
		{"", "V", "/s", ""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = starting_text(cases[i].example, cases[i].organisation, cases[i].state);
		g_assert_cmpstr(text, ==, cases[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settings/least", test_least);
	g_test_add_func("/settings/everything", test_everything);
	g_test_add_func("/settings/findings", test_findings);
	g_test_add_func("/settings/mailboxes", test_mailboxes);
	g_test_add_func("/settings/warnings", test_warnings);
	g_test_add_func("/settings/logging-in", test_logging_in);
	g_test_add_func("/settings/all-at-once", test_all_at_once);
	g_test_add_func("/settings/unreadable", test_unreadable);
	g_test_add_func("/settings/earlier-errors", test_earlier_errors);
	g_test_add_func("/settings/example", test_example);
	g_test_add_func("/settings/example-comments", test_example_comments);
	g_test_add_func("/settings/starting-text", test_starting_text);
	return g_test_run();
}

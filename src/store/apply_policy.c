/* What events do to policies and people, and those that only the record keeps.
 *
 * Invariants: policy versions rise; a directory id belongs to one person.
 */
#include "store/apply.h"

static const char IS_VERSION_NEW[] = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM policy WHERE version >= :data_version)";
static const char INSERT_POLICY[] =
	"INSERT INTO policy (version, at, sha256, author, note)"
	" VALUES (:data_version, :event_at, :data_policy, :side_author, :side_note)";
static const char INSERT_POLICY_FILE[] =
	"INSERT INTO policy_file (version, name, document) VALUES (:data_version, :name, :document)";

static const char UPSERT_PERSON[] =
	"INSERT INTO person (id, directory_id, uid, dn, name, mail, mobile, language, country, authority, as_of, uid_key, mail_key, event)"
	" VALUES (:data_person, :side_directory_id, :side_uid, :side_dn, :side_name, :side_mail, :side_mobile, :side_language, :side_country,"
	" :side_authority, :when_as_of, :uid_key, :mail_key, :event_seq)"
	" ON CONFLICT (id) DO UPDATE SET directory_id = excluded.directory_id, uid = excluded.uid, dn = excluded.dn,"
	" name = excluded.name, mail = excluded.mail, mobile = excluded.mobile, language = excluded.language, country = excluded.country, authority = excluded.authority, as_of = excluded.as_of,"
	" uid_key = excluded.uid_key, mail_key = excluded.mail_key, event = excluded.event";

static gboolean add_file(Sql *sql, const Event *event, const Json *file, GError **error)
{
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, INSERT_POLICY_FILE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":name", js_object_get_string(file, "name"));
	sql_bind_text(statement, ":document", js_object_get_string(file, "document"));
	return apply_run(statement, "it names a file twice", error);
}

static gboolean add_files(Sql *sql, const Event *event, GError **error)
{
	const Json *files = js_object_get(event->data, "files");
	for (gsize i = 0; i < js_array_length(files); i++)
		if (!add_file(sql, event, js_array_get(files, i), error))
			return FALSE;
	return TRUE;
}

/* Directories compare uids and addresses without regard to case. */
static char *side_key(const Event *event, const char *member)
{
	const char *text = event->private != NULL ? js_object_get_string(event->private, member) : NULL;
	return text != NULL ? g_utf8_casefold(text, -1) : NULL;
}

static gboolean apply_person(Sql *sql, const Event *event, GError **error)
{
	g_autofree char *uid_key = side_key(event, "uid");
	g_autofree char *mail_key = side_key(event, "mail");
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, UPSERT_PERSON, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":uid_key", uid_key);
	sql_bind_text(statement, ":mail_key", mail_key);
	return apply_run(statement, "another person has that directory id", error);
}

const ApplyRule apply_policy_rules[] = {
	{"store.created", NULL, {{NULL, NULL}}, NULL},
	{"policy.applied", "policy",
     {{IS_VERSION_NEW, "there is that version or a later one"}, {INSERT_POLICY, "it cannot be recorded"}},
     add_files},
	{"person.recorded", "person", {{NULL, NULL}}, apply_person},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};

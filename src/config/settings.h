/* akkoord.conf: what the system administrator sets. Read by the option tables of settings.c, which are also where its manual page
 * and printed defaults come from. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "config/channel_access.h"
#include "config/csv_mapping.h"
#include "config/imap_access.h"
#include "config/options.h"
#include "domain/selector.h"

typedef struct {
	char *name;
	char *base;
	char *filter;
	char *attribute; /* NULL: the entries found are the people */
} LookupSettings;

typedef struct {
	gatomicrefcount references;
	char *path; /* of the file read, absolute */

	/* organisation */
	char *organisation, *language, *country, *currency, *logo, *colour;

	char *store; /* "sqlite:/…" with an absolute path */

	/* directory */
	gboolean has_directory;
	GPtrArray *uris; /* of char * */
	gboolean starttls;
	char *ca_file; /* NULL: the system's */
	char *base_dn;
	char *bind_method; /* simple, external, gssapi, none */
	char *bind_dn, *bind_password_file;
	char *bind_keytab, *bind_principal; /* NULL: none */
	char *person_base; /* NULL: base_dn */
	char *person_filter, *person_id, *person_uid, *person_name, *person_mail, *person_manager;
	char *person_mobile; /* NULL: none */
	char *person_language, *person_country, *person_authority, *person_disabled; /* NULL: none */
	char *person_expires, *person_deputy;                                        /* NULL: none */
	char *group_base, *group_filter, *group_member, *group_nested;               /* off, expand, in-chain */
	GPtrArray *lookups;                                                          /* of LookupSettings */
	gint64 directory_timeout_s;
	gint64 cache_fresh_s, cache_stale_ok_s;
	char *directory_fingerprint; /* SHA-256 of those members of the section that say what is found, apart from how its servers are reached; NULL: none */

	/* mail */
	char *transport;                                     /* smtp://, smtps://, maildir:/ */
	gboolean mail_starttls;                              /* smtp://: STARTTLS is required */
	char *mail_ca_file, *mail_user, *mail_password_file; /* NULL: none */
	char *mail_auth;               /* auto, plain, login, xoauth2, oauthbearer */
	char *mail_token_file;         /* of the last two; NULL: there is a command */
	GPtrArray *mail_token_command; /* of char *: a program's path and its arguments; empty: there is a file */
	char *mail_from_name, *mail_from_address, *mail_bounce;
	gboolean mail_verp;    /* each message has an envelope sender of its own */
	char *redirect_all_to; /* NULL: nobody */
	char *mail_allow_list; /* a file's path; NULL: everybody may be written to */
	gint64 mail_timeout_s;
	guint mail_connections; /* at most so many at once */

	GPtrArray *channels; /* of ChannelAccess */
	GPtrArray *absences;        /* of char *: calendars that say who is absent: https:// (http:// of this machine), or absolute paths */
	char *absences_ca_file;     /* NULL: the system's */
	gint64 absences_timeout_s;
	GPtrArray *intake_folders;            /* of char *, absolute */
	GPtrArray *csv_mappings;              /* of CsvMapping */
	GPtrArray *inbound_maildirs;          /* of char *, absolute */
	GPtrArray *inbound_imap;              /* of ImapAccess */
	GPtrArray *role_admin, *role_auditor; /* of Selector; empty: nobody */
	char *public_url;                     /* NULL: mails carry no link */
	char *template_dir;                   /* overriding templates; NULL */
} Settings;

/* The table of the whole file; for the manual. */
const Option *settings_options(void);

/* Reads and checks the file. NULL where any problem is an error (all of them are in `problems`). Paths are relative to the file.
 */
Settings *settings_read(const char *path, Problems *problems);
Settings *settings_ref(Settings *settings);
/* Gives a reference back, in whichever thread; the last one frees. NULL is fine. */
void settings_unref(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_unref)

/* The lookup of that name, borrowed; NULL: none has it. */
const LookupSettings *settings_lookup(const Settings *settings, const char *name);

/* What it says of that channel of the policy, likewise. */
const ChannelAccess *settings_channel(const Settings *settings, const char *name);

/* Whether what goes there comes back to us: the sender's address, that of bounces, or one of a bounce ("bounce+x@…", where mails have such). */
gboolean settings_is_own_address(const Settings *settings, const char *address);

#endif

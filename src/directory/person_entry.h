/* From an entry of the directory to a Person, by the attribute names of the settings. */
#ifndef DIRECTORY_PERSON_ENTRY_H
#define DIRECTORY_PERSON_ENTRY_H

#include "config/settings.h"
#include "directory/entry.h"
#include "domain/person.h"

/* The names of all attributes that are read (const char *, borrowed from the settings), NULL-ended. Owned by the
 * caller. */
GPtrArray *person_attributes(const Settings *settings);

/* Missing name and uid are filled in from what there is; an address that is none, or Akkoord's own, counts as none; a country is two letters or none; an authority that
 * stands there several times, or cannot be read, is one that never suffices (domain/person.h); `disabled` is TRUE only where the account has expired by `now` (directory/expiry.h). Owned by the caller. NULL with ERROR_CONFIG where the entry
 * lacks the id: without it, nobody can be told from somebody else. */
Person *person_from_entry(const Entry *entry, const Settings *settings, gint64 now, GError **error);

/* The filter that finds the person again by its id. Owned by the caller. */
char *person_id_filter(const Settings *settings, const char *directory_id);

/* An address as it stands in an entry, and the filter that finds people by an address of theirs. Owned by the caller. */
char *person_mail_value(const Settings *settings, const char *address);
char *person_mail_filter(const Settings *settings, const char *address);

/* Active Directory's objectGUID as it is written, 2f9a1b80-…; NULL unless it has 16 bytes. Owned by the caller. */
char *guid_format(GBytes *bytes);
/* And back into 16 bytes; FALSE where the text is none. */
gboolean guid_parse(const char *text, guint8 guid[16]);

#endif

/* Who may be written to during a trial: a file of addresses and @domains, one a line, "#" begins a comment. */
#ifndef MAIL_ALLOW_LIST_H
#define MAIL_ALLOW_LIST_H

#include <glib.h>

typedef struct AllowList AllowList;

/* ERROR_CONFIG, with the line where it is one: it cannot be read, is larger than a megabyte, has a line that is neither, or names nobody. Nothing may be sent then. */
AllowList *allow_list_read(const char *path, GError **error);
void allow_list_free(AllowList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AllowList, allow_list_free)

/* Whether it names the address, or its domain as a whole (@example.nl is not @sub.example.nl); without regard to case. FALSE of what is no address. */
gboolean allow_list_has(const AllowList *list, const char *address);
guint allow_list_count(const AllowList *list);

#endif

/* The tree is walked in document order; its depth is limited by its reader. */
#include "inbound/mail_parts.h"

#include <string.h>

const MimeEntity *mail_part_search(const MimeEntity *mail, MailPartFits fits, gpointer user_data)
{
	if (fits(mail, user_data))
		return mail;
	if (g_str_has_prefix(mail->type, "message/"))
		return NULL;
	for (guint i = 0; i < mail->children->len; i++) {
		const MimeEntity *found = mail_part_search(g_ptr_array_index(mail->children, i), fits, user_data);
		if (found != NULL)
			return found;
	}
	return NULL;
}

static gboolean is_of_type(const MimeEntity *part, gpointer type)
{
	return g_str_equal(part->type, type);
}

const MimeEntity *mail_part_find(const MimeEntity *mail, const char *type)
{
	return mail_part_search(mail, is_of_type, (gpointer)type);
}

gboolean mail_part_is(const MimeEntity *part, const char *type, const char *ending)
{
	if (g_str_equal(part->type, type))
		return TRUE;
	const gsize length = part->file_name != NULL ? strlen(part->file_name) : 0, size = strlen(ending);
	return length > size && g_ascii_strcasecmp(part->file_name + length - size, ending) == 0;
}

/* The file is written as it comes, so that memory holds no more than the reasons that are told. */
#include "intake/rest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "intake/folder.h"

struct Rest {
	const PiecesForm *form;
	char *hidden, *name; /* the path while it is gathered; the name it gets */
	FILE *file;
	GString *reasons;
	guint count, written;
};

static gboolean fail(const Rest *rest, GError **error)
{
	g_autofree char *shown = text_clean_line(rest->hidden);
	error_set(error, ERROR_TRANSIENT, "%s: cannot keep what is not taken in: %s", shown, g_strerror(errno));
	return FALSE;
}

/* A new file, whatever stood there: who may write into the folder may not make us write elsewhere. */
static gboolean open_hidden(Rest *rest, GError **error)
{
	if (unlink(rest->hidden) != 0 && errno != ENOENT)
		return fail(rest, error);
	const int file = open(rest->hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (file < 0)
		return fail(rest, error);
	rest->file = fdopen(file, "w");
	if (!rest->file) {
		close(file);
		return fail(rest, error);
	}
	return fputs(rest->form->head, rest->file) >= 0 || fail(rest, error);
}

Rest *rest_open(const char *path, const PiecesForm *form, GError **error)
{
	g_autoptr(Rest) rest = g_new0(Rest, 1);
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	g_autofree char *short_name = folder_short_name(name, 24);
	g_autofree char *hidden = g_strconcat(".", short_name, ".rejected", NULL);
	rest->form = form;
	rest->hidden = g_build_filename(folder, hidden, NULL);
	rest->name = g_strconcat(short_name, ".rejected", form->suffix, NULL);
	rest->reasons = g_string_new(NULL);
	return open_hidden(rest, error) ? g_steal_pointer(&rest) : NULL;
}

void rest_free(Rest *rest)
{
	if (!rest)
		return;
	if (rest->file) {
		fclose(rest->file);
		unlink(rest->hidden);
	}
	g_string_free(rest->reasons, TRUE);
	g_free(rest->hidden);
	g_free(rest->name);
	g_free(rest);
}

gboolean rest_add(Rest *rest, GBytes *raw, const char *reason, GError **error)
{
	if (rest->count++ < REST_REASONS_MAX)
		g_string_append_printf(rest->reasons, "%s\n", reason);
	if (!raw)
		return TRUE;
	const gsize length = g_bytes_get_size(raw);
	const char *between = rest->written++ ? rest->form->between : "";
	return (fputs(between, rest->file) >= 0 && fwrite(g_bytes_get_data(raw, NULL), 1, length, rest->file) == length) || fail(rest, error);
}

char *rest_reasons(const Rest *rest)
{
	if (rest->count > REST_REASONS_MAX)
		return g_strdup_printf("%sand %u more", rest->reasons->str, rest->count - REST_REASONS_MAX);
	return g_strndup(rest->reasons->str, rest->reasons->len ? rest->reasons->len - 1 : 0);
}

gboolean rest_finish(Rest *rest, GError **error)
{
	g_autofree char *reasons = rest_reasons(rest);
	const gboolean whole = fputs(rest->form->tail, rest->file) >= 0 && fflush(rest->file) == 0 && fsync(fileno(rest->file)) == 0;
	if (!whole)
		return fail(rest, error);
	if (!folder_file_failed_as(rest->hidden, rest->name, reasons, error))
		return FALSE;
	fclose(g_steal_pointer(&rest->file));
	return TRUE;
}

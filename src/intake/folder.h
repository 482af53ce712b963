/* Watched folders: files are written, then renamed or closed, into it; each is taken in and moved to done/ or failed/ with the reason beside it. */
#ifndef INTAKE_FOLDER_H
#define INTAKE_FOLDER_H

#include <glib.h>

/* The files that are ready in a folder: regular, not hidden, no .part or .tmp, not written to for `settle_s` seconds before `now`; sorted
 * by name. GPtrArray of char * paths. */
GPtrArray *folder_ready(const char *folder, gint64 now, gint64 settle_s, GError **error);

/* All regular files below a path given to `import` (a file: itself; a folder: recursively, not done/ failed/ nor hidden), sorted. ERROR_NOT_FOUND. */
GPtrArray *folder_files(const char *path, GError **error);

/* At most INTAKE_MAX_BYTES, else ERROR_INVALID; a symbolic link or device is refused in a watched folder (`trusted` FALSE). */
GBytes *folder_read(const char *path, gboolean trusted, GError **error);

/* Moves a file that was taken in (or refused, with `reason` written to NAME.reason.txt) to done/ or failed/ beside it, under a free name, durably
 * (fsync of the folder). */
gboolean folder_file_done(const char *path, GError **error);
gboolean folder_file_failed(const char *path, const char *reason, GError **error);

#endif

#include "base/secret_file.h"

#include "base/error.h"

#include <string.h>

/* NULL: nothing. */
static const char *find_fault(const char *text, gsize length, gsize max_bytes)
{
	if (length > max_bytes)
		return "it is too large for a secret";
	if (strlen(text) < length)
		return "it is not a text";
	return strcspn(text, "\r\n") == 0 ? "its first line is empty" : NULL;
}

char *secret_file_read(const char *path, gsize max_bytes, GError **error)
{
	g_autoptr(GError) cause = NULL;
	char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		error_set(error, ERROR_CONFIG, "%s", cause->message);
		return NULL;
	}
	const char *fault = find_fault(text, length, max_bytes);
	char *secret = fault == NULL ? g_strndup(text, strcspn(text, "\r\n")) : NULL;
	if (fault != NULL)
		error_set(error, ERROR_CONFIG, "%s: %s", path, fault);
	explicit_bzero(text, length);
	g_free(text);
	return secret;
}

void secret_file_free(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	g_free(secret);
}

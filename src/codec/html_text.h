/* What a reader sees of HTML that nobody checked: for looking things up in, not for showing. */
#ifndef CODEC_HTML_TEXT_H
#define CODEC_HTML_TEXT_H

#include <glib.h>

/* `html` (UTF-8) without tags, comments, style and script; a line for each block, line break and row; characters by number and the usual
 * named ones as themselves. A tag that never ends takes the rest. Owned by the caller. */
char *html_text(const char *html);

#endif

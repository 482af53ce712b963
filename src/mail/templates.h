/* The templates and words of every language: the installed ones, overridden one by one from a folder of the admin's.
 *
 * A root holds a folder a language and one named common; in them, Mustache files NAME[.VARIANT][.PART].mustache and words.ini (labels and nouns). VARIANT is a
 * tone (new, friendly, firm, escalation, final) or inform, notice, question, moved, done, summary, return, request, update, cancel; PART is txt or html. A name is looked up in the language's folder, then in common, in
 * each as NAME.VARIANT.PART, NAME.VARIANT, NAME.PART, NAME: so that an override is as wide or as narrow as its author wants. What partials name goes the same way. */
#ifndef MAIL_TEMPLATES_H
#define MAIL_TEMPLATES_H

#include "codec/json.h"
#include "mail/language.h"

typedef struct Templates Templates;

typedef struct {
	const Language *language;
	const char *variant; /* "firm" */
	const char *part;    /* "txt", "html" */
} TemplateKey;

/* `names`: the NULL-ended list of what templates may ask for (their outermost level is checked against it). `override` may be NULL. ERROR_CONFIG names file and
 * line of all that is wrong, one a line: a template that does not compile, asks for an unknown name, or has a file name that nothing looks up; a word that is missing or unknown. */
Templates *templates_new(const char *root, const char *override, const char *const *names, GError **error);
void templates_free(Templates *templates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Templates, templates_free)

/* The language's words as an object; borrowed. */
Json *templates_words(const Templates *templates, const Language *language);

/* HTML parts are escaped. A name that is nowhere renders as nothing. Owned by the caller. */
char *templates_render(const Templates *templates, const TemplateKey *key, const char *name, const Json *data);

#endif

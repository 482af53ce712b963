/* International domain names in mail addresses (libidn2's door): RFC 5891, as the mail servers want them. */
#ifndef CODEC_IDN_H
#define CODEC_IDN_H

#include <glib.h>

/* The domain as A-labels, lower case ("bücher.example" -> "xn--bcher-kva.example"), by IDNA 2008 with the mapping of UTS 46, not
 * transitional. ERROR_INVALID: no domain name. Owned by the caller. */
char *idn_domain(const char *domain, GError **error);

/* The addr-spec with its domain as A-labels, fit for an SMTP envelope. ERROR_PERMANENT: no mail address, or a local part beyond
 * ASCII (it would need SMTPUTF8 all the way). Owned by the caller. */
char *idn_mail_address(const char *address, GError **error);
/* Whether it is such an address; NULL is none. */
gboolean idn_takes_mail(const char *address);

#endif

/* Why Active Directory lets an account not log on. */
#ifndef DIRECTORY_REFUSAL_H
#define DIRECTORY_REFUSAL_H

/* In plain words, from what the server said with its refusal ("80090308: LdapErr: …, data 52e, v1db1": the number is a Windows error); NULL where it
 * says nothing known. */
const char *refusal_meaning(const char *said);

#endif

/** What people say to an agent when they give, or do not give, personal data. Words in braces are explained in values.ts. */
const lines = (text: string): readonly string[] => text.trim().split('\n');

export const PERSONAL_TEMPLATES = lines(`
Yeah, my card number is {card}, and it expires {expiry}.
It's a Visa, {card}, security code {cvv}.
Okay, so the long number is {card}.
Sure, the card ends in {card4}.
The expiration is {expiry} and the three digits on the back are {cvv}.
I want to use a different card, the one ending in {card4}, not the old one. The number is {card}.
Can you charge it to {card}? My billing zip is {zip}.
{card}, exp {expiry}, and the name on it is {full}.
Let me read you the card. {card}. Did you get that?
I was charged {dollars} on my card ending {card4} and I didn't authorize it.
Hi, this is {full}. I'd like to pay my bill with {card}.
For the deposit you can use my debit card, {card}, valid until {expiry}.
No, the security code is {cvv}, not what I said before.
The routing number is {routing} and the account number is {account}.
My checking account is {account}, and routing, hang on, {routing}.
Please send the refund to account {account}.
I set up direct deposit with routing {routing}, but it bounced.
My IBAN is {iban}.
Could you wire it to {iban}? The account holder is {full}.
It's a foreign account, so there's an IBAN, {iban}, and they said that is all you need.
The money should go to my cousin {other}, IBAN {iban}.
You can reach me at {phone}.
My number is {phone}, but don't call after {time}.
Call me back at {phone}, ask for {first}.
My cell is {phone} and my home phone is {phone}.
The best number's {phone}. That's a cell.
I'm calling from {phone}. Is that what shows up?
It's {extension}, if nobody answers just leave a message.
You can text me at {phone}, or email {email}.
Fax it to {phone}, attention {other}.
The number on the account is probably my ex-husband's, it's {phone}.
I changed my number last week. It used to be {phone}, now it's {phone}.
The phone number ending in {phone4} is mine, yes.
My office line is {extension}, and my assistant is {otherFirst}.
My email is {email}.
You can send it to {email}, that's the best one.
Okay, the email address on file should be {email}.
Did you say you've got {email}? That's correct.
My work email is {email}, but please use the other one, {email}.
Yes, {email}, all lower case.
Send the receipt to {email} and a copy to my partner, {otherFirst}.
I never got the reset link. My login is {email}.
It's under {email}, or maybe under my phone, {phone}.
My name is {full}.
Hi there, this is {full} calling about my order.
{full}. Last name is spelled {spelledLast}.
First name {first}, {spelledFirst}, last name {last}.
It's {last}, {spelledLast}, like my father's.
Could I speak to {other}, please?
My roommate's name is {other} and they're on the lease, too.
The reservation is under {last}, for {count} people.
I spoke with {otherFirst} yesterday and they said {dollars}.
You can just call me {first}.
Doctor {otherLast} told me to call you back.
It's for my youngest, {otherFirst}. Born on {dob}.
The tenant is {other}, and the landlord's {full}.
Sorry, the name is {full}, not what you have there. {spelledLast}.
Is this {otherFirst}? Hey, it's {first}, I've got that paperwork for you.
Professor {otherLast} signed for it, at the front desk I guess.
I'm {full}, and I'm here with my kid, {otherFirst}.
My date of birth is {dob}.
{dob}.
Sure. {full}, {dob}.
I was born {dob} in {city}.
Date of birth is {dob}, and the last four of my social are {ssn4}.
My birthday's {dob}, so I'm still under the family plan.
The baby was born on {dob} and the name is {other}.
It happened on {date}, right after lunch.
I need to move my appointment from {date} to {date}.
We're closing on the house {date}.
The package was supposed to be here {date}.
I'll be out of town from {date} until {date}.
The lease starts in {month}, I think.
My grandmother is {age} and still lives alone.
He turned {age} on {date}, can you believe it?
My social is {ssn}.
Social security number {ssn}.
The last four are {ssn4}.
It's {ssn}, and that's for the other applicant, {other}.
You need my social? Okay, {ssn}. Please don't read it back.
I only feel comfortable giving the last four, {ssn4}.
I live at {address}.
My address is {address}.
We just moved to {street} in {city}.
Ship it to {address}, please.
The billing address is {address}, and the shipping one is {address}.
It's {street}, {unit}.
I'm at {street}, {city}, zip code {zip}.
My zip is {zip}.
I'm calling from {cityState}.
We're in {county}, out past the lake.
The old address was {street}. Take that off.
Can the technician come to {address} around {time}?
I grew up in {city} but I moved away in {month}.
The accident was on {street} near {city}, in {county}.
Deliver to {full}, {address}.
The property is {street}, {unit}, and it's in {county}.
My driver's license number is {licence}.
The license is {licence}, it's from {cityState}.
License number {licence}, expires {expiry}.
I renewed it online and the number on the paper is {licence}.
My passport number is {passport}.
I'm flying on {date}. My passport is {passport}, name {full}.
Passport's {passport}, issued {date}.
I'm a nurse, and my license number is {certificate}.
My certificate number is {certificate}, from the state board.
The VIN is {vin}.
It's a used truck, VIN {vin}, about {count} thousand miles.
The vehicle identification number is {vin}, and the plate is {plate}.
My plate number is {plate}.
I parked next to a van with license plate {plate} and it hit me.
I got a toll bill for {plate}, but I sold that car on {date}.
Tag {plate}, a blue sedan, parked at {street}.
The serial number on the back is {serial}.
My modem's serial is {serial} and the MAC address is {mac}.
The MAC is {mac}.
It says IMEI {imei}.
I'd like to unlock my phone. The IMEI is {imei}, and the number is {phone}.
My TV stopped working. The model sticker says serial {serial}.
The washer is under warranty, serial number {serial}, bought on {date}.
My IP address is {ip}.
It says IP {ip}, and then the gateway is {ip}.
I can't reach the server at {ip}.
The log shows somebody from {ip} signing in as {email}.
There's a second, longer IP address, {ip6}.
I went to {url} and it's blank.
Is {url} your real website? I got it in a text.
The link was {url}, and it asked for my social.
I'm on {url} right now but I can't find the button.
You can see the house at {url}.
The tracking number is {tracking}.
Where is my package? It's {tracking}.
I've got two tracking numbers, {tracking} and {tracking}.
The order number is {order}.
It's order {order}, I placed it on {date}.
Order {order}, under {full}, for {dollars}.
My claim number is {claim}.
The adjuster, {other}, gave me claim number {claim}.
Reference number {claim}, from when I called on {date}.
My confirmation number is {confirmation}.
The booking code is {confirmation}, flying out {date}.
My employee ID is {employee}.
Employee number {employee}, I work nights at the warehouse.
The code you texted me is {onetime}.
It says {onetime}. Is that the code?
My member ID is {member}.
The insurance is under my partner, {other}, member number {member}.
Member ID {member}, and the group number is {group}.
I've got the card here. It says {member}, group {group}.
My medical record number is {mrn}.
The hospital bracelet says MRN {mrn}, name {full}.
I need my records. The chart number is {mrn}, and I was there on {date}.
You have my voiceprint on file, voiceprint ID {voiceprint}.
The fingerprint scan is registered as template {voiceprint}, but it doesn't open the door.
I uploaded the picture, it's called {photo}.
My voice ID was {voiceprint} before you switched systems, and it knew me right away.
They took my fingerprints for the job, the print ID is {voiceprint}.
The face scan on my badge, face template {voiceprint}, belongs to {other}, not me.
Delete my voiceprint, please. It's {voiceprint}, under {email}.
The iris scan says enrolled, and then the number {voiceprint}.
I sent two pictures, {photo} and {photo}, and only one shows up.
The damage is in the file {photo}, taken on {date}.
My profile picture is still {photo}, and I hate it.
The plan changed in {month}. The new policy ID is {member} and the group is {group}.
Subscriber is {full}, ID {member}.
They gave me two charts, MRN {mrn} and MRN {mrn}, and I'm only one person.
The page is {url}, and it shows my neighbor's bill.
Can you ping {ip}? I get nothing from {ip}.
I opened {url} from {ip}, and now I'm locked out.
The photo of my license is {photo}, did it go through?
I'm {full}, I live at {address}, and my phone is {phone}.
Okay. Name, {full}. Date of birth, {dob}. Phone, {phone}.
So it's {first}, and the email is {email}. Do you need my address, too? It's {address}.
This is {full} again. I gave the wrong number before, it's {phone}. Sorry about that.
I lost my wallet in {city} on {date}. The card was {card}. Can you block it?
My neighbor, {other}, is {age}, lives at {address} and doesn't drive anymore.
I moved in {month}. The new address is {address}. Everything else is the same, {email} and all that.
He rear-ended me on {date}. His plate was {plate}, and his insurance is {member}.
I'd like to add {other} to my account. Date of birth {dob}, social {ssn}.
The hotel is under {last}, confirmation {confirmation}. We check in {date} and there are {count} of us.
Please cancel order {order}. I was charged on {date}, to the card ending {card4}. My email's {email}.
I think somebody stole my identity. They opened an account with my social, {ssn}, and an address in {cityState} that I've never seen.
My oldest, {otherFirst}, goes to school in {city} and needs a form sent to {email} by {date}.
The router's at {ip}, the MAC is {mac}, and it restarts every {minutes}.
I'm applying as {full}, passport {passport}, born {dob}, and I live in {cityState}.
Let me give you the other number. It's {phone}. And the zip is {zip}.
I'd like a tow, please. I'm on {street} in {city}, plate {plate}, and my name's {first}.
For the job application, my license is {licence} and my references are {other} at {phone}.
Okay, the claim is {claim}, the date was {date}, and I'm at {phone} until {time}.
`);

export const HARMLESS_TEMPLATES = lines(`
Can you hear me now?
Yeah, give me a second, I need to find my glasses.
I've been on hold for {minutes}.
It cost {dollars} the last time I checked.
That's {percent} more than last year, and nobody told me.
I take {milligrams} in the morning and half of that at night.
There were {count} people ahead of me in line.
I'd like to speak to a manager, please.
No, that's not right. Let me try again.
What are your hours on weekends? Do you open at {time}?
The internet has been slow for {count} days.
I ordered {count} of them, and {count} came broken.
Is there a fee for that? It was {dollars} before.
I bought the black one, size {count}, and it doesn't fit.
Can I get {percent} off if I sign up for a year?
I pressed one, then two, then nothing happened.
My battery's at {percent} and it dies at around {time}.
The screen says loading and then it just goes away.
It's on the third floor, next to the elevators.
We have {count} employees, and most of them work from home.
The flight is {count} hours long with one stop.
Will that be taken care of, or do I need to call back?
May I ask why it takes {minutes}?
I hope you can help me, this is the fourth time I've called.
Can you mark it as urgent?
He said to grant access to everybody and then he left.
I had a frank talk with them about the bill.
The recipe says {count} grams of sugar and {minutes} in the oven.
I walked about {count} miles and my phone only counted half.
Just so you know, the dog barks, but he's friendly.
My blood pressure was {count} over something, I forget.
You guys sent me {count} emails about it.
The room was supposed to have two beds.
I don't have it in front of me. Can I call you back in {minutes}?
It's version {count} and it still crashes.
The warranty's for {count} months, right?
I make about {dollars} a week, before taxes.
We've been waiting {count} weeks and I need an aisle seat.
Okay, thank you so much, have a good day.
Sorry, could you repeat the last part?
It rained {count} days straight and the basement is wet.
The old plan was {dollars} a month with {count} gigs.
I'd rather do it by mail, if that's okay.
They told me {time}, then it was {time}, and nobody came.
Does it come in white? And is shipping still {dollars}?
`);

"""Short and familiar forms of given names: Tom is Thomas, Pepe is José, Sasha is Aleksandr.

Common knowledge of several languages, put together for this project. A form that stands for several names
is listed under the most frequent one; agreement through a short form is a weak level of agreement, never
equality.
"""

from __future__ import annotations

from typing import Final

_TABLE: Final = """
abraham: abe
albert: al bert bertie
alejandro: ale jandro
aleksandr: alexander alexandre sasha sacha alex alec sandy oleksandr shura
aleksandra: alexandra sandra oleksandra
alfred: alf alfie fred
andrew: andy drew
anna: annie anya hanna
anthony: tony anton
antonio: tono toni
archibald: archie
arthur: art artie
augustus: gus
barbara: babs barbie
benjamin: ben benny benji
caroline: carrie
catherine: kate katie kathy kitty cathy katherine kathleen kathryn
charles: charlie chas chuck charley
charlotte: lottie
christopher: chris kit
daniel: dan danny
david: dave davy davie
dmitri: dima mitya dmitry dmytro
dolores: lola
dorothy: dolly dot dottie
edmund: ned
edward: ed eddie ned ted teddy
eleanor: nell nellie ellie
elena: yelena lena olena
elizabeth: liz lizzie beth betty bess eliza libby bessie
emily: em emmy
enrique: quique
ernest: ernie
evgeny: yevgeny zhenya yevhen
frances: fanny fran
francis: frank frankie
francisco: paco pancho
frederick: fred freddie freddy fredrick
gabriel: gabe
george: georgie
geoffrey: geoff jeff jeffrey
gilbert: gil
gregory: greg
guadalupe: lupe
guillermo: memo
harold: hal
harriet: hattie
helen: nell
henry: harry hal hank
herbert: herb
horace: horry
hubert: bert
ignacio: nacho
isaac: ike
isabel: isabella bella
ivan: vanya
jacob: jake
james: jim jimmy jamie jem
jane: janie jenny
jesus: chucho
john: jack johnny jock jon
jonathan: jonny
jose: pepe
joseph: joe joey jos
josephine: josie
joshua: josh
katarina: katya ekaterina kateryna
kenneth: ken kenny
lawrence: larry laurence laurie
leonard: len lenny
lewis: lew louis louie
lourdes: lulu
luis: lucho
manuel: manny manolo
margaret: maggie meg peggy madge daisy
maria: masha marie
martha: mattie patty
mary: molly polly mae
matthew: matt matty
michael: mike mick mickey mikey
mikhail: misha mykhailo
nathaniel: nat nathan
nicholas: nick nicky nicolas
nikolai: kolya mykola
olga: olya olha
oliver: ollie noll
oscar: ossie
patrick: pat paddy
peter: pete
philip: phil pip phillip
rafael: rafa
ralph: rafe
raymond: ray
rebecca: becky
reginald: reg reggie
richard: dick rick ricky dickie
robert: bob bobby rob robbie bert
roberto: beto
rosario: charo
samuel: sam sammy
sarah: sally sadie
sergey: serge seryozha serhiy
sidney: sid
simon: si
stephen: steve stevie steven
susan: sue susie
svetlana: sveta
sylvester: sly
tatiana: tanya tetiana
terence: terry
theodore: theo ted
thomas: tom tommy
timothy: tim timmy
vladimir: volodya vova volodymyr
victoria: vicky
vincent: vince vinny
walter: wally walt
wilfred: wilf
william: bill billy will willie wills
zachary: zach zack
"""


def _read(table: str) -> dict[str, str]:
    formal: dict[str, str] = {}
    for line in table.split("\n"):
        name, _, forms = line.partition(":")
        for form in forms.split():
            formal.setdefault(form, name)
    return formal


FORMAL: Final = _read(_TABLE)
"""Short form to full form."""

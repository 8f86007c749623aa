package dev.halcyon.plots;

import dev.halcyon.plots.figure.TextStyle;
import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Reads a figure's SVG back as a viewer would: inherited attributes, transforms, text boxes.
final class SvgReader {
  private static final Pattern FUNCTION = Pattern.compile("(\\w+)\\(([^)]*)\\)");
  private static final Font DEJAVU = dejavu();

  private final Element root;

  SvgReader(byte[] svg) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
      this.root =
          factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg)).getDocumentElement();
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError("not well-formed", e);
    }
  }

  /// A text with the box that its ink may fill.
  record Text(String text, String title, double size, Rectangle2D box) {}

  record Box(String fill, Rectangle2D shape) {}

  Element root() {
    return root;
  }

  double width() {
    return Double.parseDouble(root.getAttribute("width"));
  }

  double height() {
    return Double.parseDouble(root.getAttribute("height"));
  }

  List<Element> elements(String name) {
    NodeList nodes = root.getElementsByTagNameNS("http://www.w3.org/2000/svg", name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  List<Text> texts() {
    return elements("text").stream().map(SvgReader::text).toList();
  }

  List<String> strings() {
    return texts().stream().map(Text::text).toList();
  }

  /// The filled rectangles, in painting order, the background aside.
  List<Box> boxes() {
    return elements("rect").stream()
        .skip(1)
        .filter(rect -> !inherited(rect, "fill").equals("none"))
        .map(rect -> new Box(inherited(rect, "fill"), rectangle(rect)))
        .toList();
  }

  static String inherited(Element element, String attribute) {
    for (Node node = element; node instanceof Element one; node = node.getParentNode()) {
      if (one.hasAttribute(attribute)) {
        return one.getAttribute(attribute);
      }
    }
    return "";
  }

  private static Text text(Element element) {
    String shown = element.getFirstChild().getTextContent();
    NodeList titles = element.getElementsByTagNameNS("*", "title");
    String title = titles.getLength() == 0 ? "" : titles.item(0).getTextContent();
    double size = Double.parseDouble(inherited(element, "font-size").replace("px", ""));
    double x = number(element, "x");
    double y = number(element, "y");
    double width =
        DEJAVU
            .deriveFont((float) size)
            .getStringBounds(shown, new FontRenderContext(null, true, true))
            .getWidth();
    Rectangle2D upright = new Rectangle2D.Double(x, y - 0.76 * size, width, 0.98 * size);
    Rectangle2D box = transform(element).createTransformedShape(upright).getBounds2D();
    return new Text(shown, title, size, box);
  }

  private static Rectangle2D rectangle(Element rect) {
    return new Rectangle2D.Double(
        number(rect, "x"), number(rect, "y"), number(rect, "width"), number(rect, "height"));
  }

  private static double number(Element element, String attribute) {
    String value = element.getAttribute(attribute);
    return value.isEmpty() ? 0 : Double.parseDouble(value);
  }

  private static AffineTransform transform(Element element) {
    AffineTransform whole = new AffineTransform();
    for (Node node = element; node instanceof Element one; node = node.getParentNode()) {
      whole.preConcatenate(parse(one.getAttribute("transform")));
    }
    return whole;
  }

  private static AffineTransform parse(String transforms) {
    AffineTransform whole = new AffineTransform();
    Matcher matcher = FUNCTION.matcher(transforms);
    while (matcher.find()) {
      double[] n =
          Pattern.compile("[ ,]+")
              .splitAsStream(matcher.group(2).strip())
              .mapToDouble(Double::parseDouble)
              .toArray();
      whole.concatenate(
          switch (matcher.group(1).toLowerCase(Locale.ROOT)) {
            case "matrix" -> new AffineTransform(n);
            case "translate" -> AffineTransform.getTranslateInstance(n[0], n.length > 1 ? n[1] : 0);
            case "rotate" -> AffineTransform.getRotateInstance(Math.toRadians(n[0]));
            default -> throw new AssertionError("transform " + matcher.group());
          });
    }
    return whole;
  }

  private static Font dejavu() {
    // The class under test prepares AWT for machines without fonts.
    TextStyle.TICK.width("0");
    try (InputStream stream = SvgReader.class.getResourceAsStream("figure/DejaVuSans.ttf")) {
      return Font.createFont(Font.TRUETYPE_FONT, stream);
    } catch (IOException | FontFormatException e) {
      throw new AssertionError(e);
    }
  }
}
